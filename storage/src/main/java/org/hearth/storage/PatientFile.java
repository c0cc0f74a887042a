package org.hearth.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/// H2's file with patience. When a write fails (disk full, read-only, broken), H2 closes the whole
/// database, for readers too, and only a new start opens it again. Here such a write waits and is
/// tried again instead; nobody reads what it would have written, since H2 has it in memory.
///
/// Forcing is not tried again: after a failed fsync nobody knows what the disk has.
final class PatientFile extends ForwardingFile {

  /// The layer's name in H2's URLs: `hearth:`.
  public static final class Layer extends FilePathWrapper {
    static final String SCHEME = "hearth";

    /// Made by H2.
    public Layer() {}

    static void register() {
      FilePath.register(new Layer());
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      var base = getBase();
      var opened = base.open(mode);
      var name = base.toString();
      var health = DiskHealth.of(Path.of(name.substring(name.indexOf('/'))));
      return health.isPresent() ? new PatientFile(opened, health.get()) : opened;
    }
  }

  private final DiskHealth health;

  private PatientFile(FileChannel file, DiskHealth health) {
    super(file);
    this.health = health;
  }

  /// Something that changes the file.
  @FunctionalInterface
  private interface Change {
    int run() throws IOException;
  }

  private int patiently(ByteBuffer bytes, Change change) throws IOException {
    int start = bytes.position();
    while (true) {
      try {
        int done = change.run();
        health.works();
        return done;
      } catch (IOException e) {
        bytes.position(start);
        health.failed(e);
      }
    }
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    return patiently(bytes, () -> file.write(bytes, position));
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return patiently(bytes, () -> file.write(bytes));
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    patiently(
        ByteBuffer.allocate(0),
        () -> {
          file.truncate(size);
          return 0;
        });
    return this;
  }
}
