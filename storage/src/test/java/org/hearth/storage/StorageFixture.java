package org.hearth.storage;

import java.time.InstantSource;
import java.util.List;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeys;

/// A storage on an empty database of its own, and how to open it again.
final class StorageFixture implements AutoCloseable {
  static final MasterKey MASTER =
      MasterKey.of(
          "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

  static RootKeys roots() {
    return RootKeys.derived(MASTER);
  }

  /// In tests a process does not end; the error tells why it would.
  static final Fatal THROWING =
      (why, cause) -> {
        throw new AssertionError("fatal: " + why, cause);
      };

  final DatabaseSettings settings;
  private final List<Topic> topics;
  private final List<Class<?>> entities;
  private Storage storage;

  StorageFixture(DatabaseSettings settings, List<Topic> topics, List<Class<?>> entities) {
    this.settings = settings;
    this.topics = topics;
    this.entities = entities;
    storage = open(MASTER);
  }

  Storage open(MasterKey master) {
    return Storage.open(
        settings,
        RootKeys.derived(master),
        InstantSource.system(),
        THROWING,
        StorageMetrics.NONE,
        topics,
        entities,
        true);
  }

  Storage storage() {
    return storage;
  }

  Storage reopened() {
    storage.close();
    storage = open(MASTER);
    return storage;
  }

  @Override
  public void close() {
    storage.close();
  }
}
