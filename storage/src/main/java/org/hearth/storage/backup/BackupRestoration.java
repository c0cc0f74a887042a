package org.hearth.storage.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.storage.BulkTarget;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.backup.BackupManifest.MediaFile;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.Restored;
import org.hearth.storage.copy.RowChunk;
import org.hearth.storage.copy.TableWriter;

/// Brings a backup back, into an empty data directory and an empty database of either kind, and
/// proves that what is there then is what was saved: count and hash of each table, and the hash of
/// each file, read back from where they lie.
public final class BackupRestoration {

  /// Where to.
  ///
  /// @param media its directory for files
  /// @param secrets where small files go
  public record Place(DatabaseSettings.Location database, Path media, Path secrets) {}

  /// What was proven equal.
  public record Report(BackupManifest manifest, int tables, long rows, int files, long bytes) {}

  private final BackupRepository repository;
  private final BackupManifest manifest;
  private final Place place;
  private final Progress progress;
  private boolean begun;

  private BackupRestoration(
      BackupRepository repository, BackupManifest manifest, Place place, Progress progress) {
    this.repository = repository;
    this.manifest = manifest;
    this.place = place;
    this.progress = progress;
  }

  /// Restores one. Throws [CopyRefused] if there is something already, or if the backup is
  /// incomplete or damaged.
  public static Report run(
      BackupRepository repository, BackupManifest manifest, Place place, Progress progress)
      throws IOException {
    if (!manifest.missing().isEmpty())
      progress.at("going on without " + manifest.missing().size() + " files", 0, 0);
    var restoration = new BackupRestoration(repository, manifest, place, progress);
    try {
      return restoration.run();
    } catch (SQLException e) {
      throw new CopyRefused(
          "The database does not take the backup: " + e.getMessage() + restoration.left(), e);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + restoration.left(), e);
    }
  }

  /// What a failure leaves; nothing starts on it.
  private String left() {
    return begun
        ? " What was restored so far is incomplete: empty the database and "
            + place.media()
            + " before the next try."
        : "";
  }

  private Report run() throws IOException, SQLException {
    requireEmpty(place.media());
    for (var name : manifest.secrets().keySet())
      if (Files.exists(place.secrets().resolve(name)))
        throw new CopyRefused(place.secrets().resolve(name) + " exists already.");
    try (var target = BulkTarget.open(place.database())) {
      if (!target.isEmpty()) throw new CopyRefused("The database is not empty.");
      target.migrateOnly(Set.copyOf(manifest.migrations()));
      begun = true;
      var restored = Restored.begin(target, manifest.id());
      tables(target);
      long bytes = media();
      secrets();
      restored.verify(
          manifest.tables().stream()
              .map(table -> new Restored.Expected(table.shape(), table.total()))
              .toList(),
          progress);
      restored.finish();
      return new Report(
          manifest, manifest.tables().size(), manifest.rows(), manifest.media().size(), bytes);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return;
    try (var files = Files.walk(directory)) {
      if (files.anyMatch(Files::isRegularFile)) throw new CopyRefused(directory + " is not empty.");
    }
  }

  private void tables(BulkTarget target) throws IOException, SQLException {
    long done = 0;
    for (var table : manifest.tables()) {
      try (var writer = new TableWriter(target.connection(), table.shape())) {
        for (var stored : table.chunks()) {
          var chunk = new RowChunk(repository.get(stored.name()), stored.rows());
          writer.insert(chunk);
          target.commit(chunk.bytes().length);
          done += stored.rows();
          progress.at("restoring " + table.shape().name(), done, manifest.rows());
        }
      }
    }
    target.force();
  }

  private long media() throws IOException {
    long bytes = 0;
    var shelves = new TreeSet<Path>();
    for (var file : manifest.media()) {
      progress.at("restoring media", bytes, manifest.mediaBytes());
      var path = BackupCreation.mediaFile(place.media(), file.file());
      if (shelves.add(path.getParent())) Files.createDirectories(path.getParent());
      write(path, file);
      bytes += file.size();
    }
    for (var shelf : shelves) force(shelf);
    if (!shelves.isEmpty()) force(place.media());
    return bytes;
  }

  private void write(Path path, MediaFile file) throws IOException {
    try (var channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (var chunk : file.chunks()) {
        var bytes = ByteBuffer.wrap(repository.get(chunk));
        while (bytes.hasRemaining()) channel.write(bytes);
      }
      channel.force(true);
    }
    var sha256 = BackupCreation.sha256();
    try (var in = Files.newInputStream(path)) {
      var buffer = new byte[1 << 16];
      for (int count; (count = in.read(buffer)) > 0; ) sha256.update(buffer, 0, count);
    }
    if (!HexFormat.of().formatHex(sha256.digest()).equals(file.sha256()))
      throw new IOException(path + " is not what was saved.");
  }

  private void secrets() throws IOException {
    for (var secret : manifest.secrets().entrySet()) {
      var path = place.secrets().resolve(secret.getKey());
      if (path.getFileSystem().supportedFileAttributeViews().contains("posix"))
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (var channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(repository.get(secret.getValue()));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
    }
    force(place.secrets());
  }

  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
