package org.hearth.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Which version of H2's store was last forced, and in which life of the machine, in a file of one
/// line beside it.
///
/// @param version of the store
/// @param boot differs after each start of the machine
/// @param closed the file was closed after that and is exactly that version
record CheckpointNote(long version, String boot, boolean closed) {
  private static final String OPEN = "open";
  private static final String CLOSED = "closed";
  private static final String NAME = "checkpoint";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  static CheckpointNote now(long version) {
    return new CheckpointNote(version, currentBoot(), false);
  }

  CheckpointNote asClosed() {
    return new CheckpointNote(version, boot, true);
  }

  /// Unknown boots never equal each other's: then the last stop counts as a power cut, which is
  /// only slower.
  static String currentBoot() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "unknown-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    }
  }

  static Optional<CheckpointNote> read(Path directory) throws IOException {
    try {
      var words = Files.readString(directory.resolve(NAME)).strip().split(" ", -1);
      if (words.length != 3) throw new IOException(directory.resolve(NAME) + " is damaged.");
      return Optional.of(
          new CheckpointNote(Long.parseLong(words[0]), words[1], words[2].equals(CLOSED)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (NumberFormatException e) {
      throw new IOException(directory.resolve(NAME) + " is damaged.", e);
    }
  }

  /// Replaces the note; it is on the disk when this returns.
  void write(Path directory) throws IOException {
    write(Disk.REAL, directory);
  }

  /// [#write] on another disk.
  void write(Disk disk, Path directory) throws IOException {
    var fresh = directory.resolve(NAME + ".new");
    try (var out =
        disk.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(
          ByteBuffer.wrap(
              (version + " " + boot + " " + (closed ? CLOSED : OPEN) + "\n")
                  .getBytes(StandardCharsets.US_ASCII)));
      out.force(true);
    }
    Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
