package org.hearth.storage.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.schemas.json.Json;
import org.hearth.storage.copy.CopyRefused;

/// A directory with backups of one server. All of them share their chunks, so that each costs only
/// what changed since the one before.
///
/// ```
/// hearth-backup            the format, and a proof of the master key
/// chunks/ab/ab12...        sealed chunks, by name
/// backups/ID.backup        sealed manifests; a backup exists once its manifest does
/// ```
public final class BackupRepository implements AutoCloseable {
  private static final String MARK = "hearth-backup";
  private static final String FIRST_LINE = "Hearth backups, format 1";
  private static final String SUFFIX = ".backup";

  /// The name of a chunk is that of its content, so the same content takes its place.
  private static final String AGAIN =
      "A new backup writes it again if the server still has what was in it.";

  private final Path directory;
  private final BackupCipher cipher;
  private final FileChannel lock;

  /// Directories with new names in them, to be forced before a manifest says that they are there.
  private final TreeSet<Path> touched = new TreeSet<>();

  private BackupRepository(Path directory, BackupCipher cipher, FileChannel lock) {
    this.directory = directory;
    this.cipher = cipher;
    this.lock = lock;
  }

  /// For making a backup; a directory that does not exist, or is empty, becomes a repository.
  public static BackupRepository create(Path directory, MasterKey master) throws IOException {
    var cipher = new BackupCipher(master);
    if (!Files.exists(directory)) {
      boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (posix)
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      else Files.createDirectories(directory);
    }
    if (!Files.exists(directory.resolve(MARK))) {
      try (var files = Files.list(directory)) {
        if (files.anyMatch(file -> !file.endsWith("lock")))
          throw new CopyRefused(directory + " is not empty, and holds no backups.");
      }
      var proof = Base64.getEncoder().encodeToString(cipher.seal(MARK, new byte[0]));
      Files.createDirectories(directory.resolve("chunks"));
      Files.createDirectories(directory.resolve("backups"));
      write(
          directory.resolve(MARK),
          (FIRST_LINE + "\n" + proof + "\n").getBytes(StandardCharsets.US_ASCII));
      force(directory);
    }
    return open(directory, master);
  }

  /// Throws [CopyRefused] if there are no backups, or those of another master key.
  public static BackupRepository open(Path directory, MasterKey master) throws IOException {
    var cipher = new BackupCipher(master);
    List<String> lines;
    try {
      lines = Files.readAllLines(directory.resolve(MARK), StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      throw new CopyRefused(directory + " holds no backups.", e);
    }
    if (lines.size() != 2 || !lines.getFirst().equals(FIRST_LINE))
      throw new CopyRefused(directory + " was made by a newer program, or is damaged.");
    byte[] proof;
    try {
      proof = Base64.getDecoder().decode(lines.get(1));
    } catch (IllegalArgumentException e) {
      throw new CopyRefused(directory.resolve(MARK) + " is damaged.", e);
    }
    if (cipher.open(MARK, proof) == null)
      throw new CopyRefused(
          "The backups in "
              + directory
              + " were made with another master key. Take that key, or another directory.");
    return new BackupRepository(directory, cipher, lock(directory));
  }

  private static FileChannel lock(Path directory) throws IOException {
    var channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return channel;
    } catch (OverlappingFileLockException e) {
      // Held by this very process; answered like the other case.
    }
    channel.close();
    throw new CopyRefused("Something else works on the backups in " + directory + ".");
  }

  /// @param name of the content
  /// @param bytes how many were written; 0 if the content was there already
  record Stored(String name, long bytes) {}

  Stored put(byte[] content) throws IOException {
    var name = cipher.name(content);
    var place = chunk(name);
    if (Files.exists(place)) return new Stored(name, 0);
    byte[] sealed = cipher.seal(name, content);
    if (touched.add(place.getParent())) Files.createDirectories(place.getParent());
    write(place, sealed);
    return new Stored(name, sealed.length);
  }

  boolean has(String name) {
    return Files.exists(chunk(name));
  }

  /// Throws [IOException] if the chunk is gone, or is not what it was.
  byte[] get(String name) throws IOException {
    byte[] content;
    try {
      content = cipher.open(name, Files.readAllBytes(chunk(name)));
    } catch (NoSuchFileException e) {
      throw new IOException("The chunk " + chunk(name) + " is gone. " + AGAIN, e);
    }
    if (content == null || !cipher.name(content).equals(name))
      throw new IOException("The chunk " + chunk(name) + " is damaged; remove it. " + AGAIN);
    return content;
  }

  private Path chunk(String name) {
    return directory.resolve("chunks").resolve(name.substring(0, 2)).resolve(name);
  }

  /// The backup exists, durably, when this returns.
  void add(BackupManifest manifest) throws IOException {
    for (var shelf : touched) force(shelf);
    touched.clear();
    force(directory.resolve("chunks"));
    write(manifestFile(manifest.id()), cipher.seal(manifest.id() + SUFFIX, Json.write(manifest)));
    force(directory.resolve("backups"));
  }

  /// All backups, the oldest first.
  public List<String> ids() throws IOException {
    try (var files = Files.list(directory.resolve("backups"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  /// Throws [CopyRefused] if there is no such backup, or if it was changed.
  public BackupManifest manifest(String id) throws IOException {
    if (!ids().contains(id))
      throw new CopyRefused("There is no backup " + id + "; there are " + ids() + ".");
    byte[] json = cipher.open(id + SUFFIX, Files.readAllBytes(manifestFile(id)));
    if (json == null) throw new CopyRefused("The list of the backup " + id + " was changed.");
    try {
      var manifest = Json.mapperForRecords().readValue(json, BackupManifest.class);
      if (manifest.format() != BackupManifest.FORMAT)
        throw new CopyRefused("The backup " + id + " was made by a newer program.");
      return manifest;
    } catch (JsonProcessingException e) {
      throw new CopyRefused("The backup " + id + " was made by a newer program.", e);
    }
  }

  /// The newest one, or the one of this name.
  public BackupManifest newestOr(String id) throws IOException {
    if (!id.isEmpty()) return manifest(id);
    var ids = ids();
    if (ids.isEmpty()) throw new CopyRefused("There is no finished backup in " + directory + ".");
    return manifest(ids.getLast());
  }

  private Path manifestFile(String id) {
    return directory.resolve("backups").resolve(id + SUFFIX);
  }

  /// Whole or not at all, and forced.
  private static void write(Path file, byte[] bytes) throws IOException {
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    try (var channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) channel.write(buffer);
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
