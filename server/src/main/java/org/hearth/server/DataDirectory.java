package org.hearth.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory that holds everything this server knows: keys, media, the embedded database.
/// Readable by its owner only, and used by one process at a time.
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "lock";

  /// How the name of a file ends that is being written.
  private static final String UNFINISHED = ".new";

  private final Path path;
  private final FileChannel lock;

  private DataDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// Makes the directory if it is missing, and takes it for this process.
  static DataDirectory open(Path path) throws StartFailure {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path, onlyOwner(path, "rwx------"));
      }
      return new DataDirectory(path, lock(path));
    } catch (IOException e) {
      throw new StartFailure("data_directory " + path + " cannot be used: " + reason(e), e);
    }
  }

  /// Takes a directory that is there, unless a server or a command has it.
  static Optional<DataDirectory> openUnlessInUse(Path path) throws StartFailure {
    try {
      return tryLock(path).map(lock -> new DataDirectory(path, lock));
    } catch (IOException e) {
      throw new StartFailure("data_directory " + path + " cannot be used: " + reason(e), e);
    }
  }

  private static FileChannel lock(Path path) throws IOException, StartFailure {
    return tryLock(path)
        .orElseThrow(() -> new StartFailure("another Hearth is running on data_directory " + path));
  }

  private static Optional<FileChannel> tryLock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return Optional.of(channel);
    } catch (OverlappingFileLockException e) {
      // Another server in this very process holds it: the same answer.
    }
    channel.close();
    return Optional.empty();
  }

  /// Whether a server has run here before. What one left that was killed while it wrote its first
  /// secret is nothing yet.
  boolean inUse() throws StartFailure {
    try (Stream<Path> files = Files.list(path)) {
      return files.anyMatch(file -> !file.endsWith(LOCK) && !file.toString().endsWith(UNFINISHED));
    } catch (IOException e) {
      throw new StartFailure("data_directory " + path + " cannot be read: " + reason(e), e);
    }
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /// The first line of a file; empty if there is no such file.
  static Optional<String> read(Path file) throws StartFailure {
    if (!Files.exists(file)) return Optional.empty();
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new StartFailure(file + " cannot be read: " + reason(e), e);
    }
  }

  /// Writes a new file that only its owner can read, durably, and whole or not at all.
  static void writeSecret(Path file, String line) throws StartFailure {
    Path fresh = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.deleteIfExists(fresh);
      Files.createFile(fresh, onlyOwner(file.toAbsolutePath(), "rw-------"));
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(line + "\n");
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
      if (Files.exists(file)) throw new FileAlreadyExistsException(file.toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      forceDirectory(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new StartFailure(file + " cannot be written: " + reason(e), e);
    }
  }

  /// Writes a file that only its owner can read, in the place of one that may be there; durably,
  /// and whole or not at all.
  static void replaceSecret(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + UNFINISHED);
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, onlyOwner(file.toAbsolutePath(), "rw-------"));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.endsWith("\n") ? text : text + "\n");
      while (bytes.hasRemaining()) channel.write(bytes);
      channel.force(true);
    }
    rename(fresh, file);
  }

  /// Gives a file the name of another, which is gone then; durably.
  static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(to.toAbsolutePath().getParent());
  }

  /// A new name is durable once its directory is. Windows cannot open directories and needs not.
  private static void forceDirectory(@Nullable Path directory) throws IOException {
    if (directory == null || !posix(directory)) return;
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<?>[] onlyOwner(Path path, String permissions) {
    if (!posix(path)) return new FileAttribute<?>[0];
    Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)};
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  static String reason(IOException e) {
    String text = e.getClass().getSimpleName().replace("Exception", "");
    return e.getMessage() == null ? text : text + " " + e.getMessage();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
