package org.hearth.server;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.schemas.id.ServerName;
import org.hearth.server.config.Config;
import org.hearth.storage.federation.StoredFederation;
import org.hearth.storage.room.StoredRoomRows;
import org.hearth.storage.room.StoredRooms;

/// The data of a server that does not run, opened by a command. It takes the data directory as a
/// server would, so that none starts meanwhile.
final class StoppedServer implements AutoCloseable {
  private final Config config;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private StoppedServer(Config config) {
    this.config = config;
  }

  /// Whether a server has the data directory.
  static boolean isRunning(Config config) throws StartFailure {
    if (!Files.isDirectory(config.dataDirectory()))
      throw new StartFailure(
          "data_directory "
              + config.dataDirectory()
              + " does not exist; did the server ever start?");
    try (var data = DataDirectory.open(config.dataDirectory())) {
      if (!data.inUse())
        throw new StartFailure("data_directory " + config.dataDirectory() + " is empty");
      return false;
    } catch (StartFailure e) {
      if (e.getMessage() != null && e.getMessage().startsWith("another Hearth")) return true;
      throw e;
    }
  }

  static StoppedServer open(Config config) {
    return new StoppedServer(config);
  }

  /// Signatures are checked with our own key and with those of other servers that are stored.
  RoomInspection inspection() throws StartFailure {
    var data = DataDirectory.open(config.dataDirectory());
    opened.push(data);
    var keys = Keys.open(config, data, new SecureRandom(), System.getenv());
    var storage =
        StorageParts.open(
            config, keys.roots().keys(), InstantSource.system(), new SimpleMeterRegistry());
    opened.push(storage);
    var database = storage.storage().database();
    var sealing = storage.storage().sealing();
    var us = new ServerName(config.serverName());
    return new RoomInspection(
        new StoredRoomRows(database, sealing, us),
        new StoredRooms(database, sealing),
        storedKeys(us, keys, new StoredFederation(database)),
        us);
  }

  private static ServerKeys storedKeys(ServerName us, Keys own, StoredFederation stored) {
    return (server, id, timestamp, strict) -> {
      if (server.equals(us) && id.equals(own.signingKey().id()))
        return java.util.Optional.of(own.signingKey().verifyKey());
      return stored
          .find(server)
          .flatMap(
              known ->
                  known.keys().stream()
                      .filter(key -> key.key().id().equals(id))
                      .filter(key -> !strict || timestamp <= key.validUntilTs())
                      .map(key -> key.key())
                      .findFirst());
    };
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("Closing the data failed.", e);
      }
    }
  }
}
