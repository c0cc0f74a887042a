package org.hearth.storage.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.hearth.storage.Database;
import org.hearth.storage.Migrations;
import org.hearth.storage.backup.BackupManifest.MediaFile;
import org.hearth.storage.backup.BackupManifest.Table;
import org.hearth.storage.backup.BackupManifest.TableChunk;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.Snapshot;
import org.hearth.storage.copy.TableShape;

/// Makes a backup of a server that may go on meanwhile: all tables in one snapshot, which is one
/// position of the ledger, and the media files that its rows name. A file is durable before the row
/// that names it, and is not deleted while a backup runs ([Holding]), so that all of them are
/// there.
public final class BackupCreation {

  /// Media is stored again in pieces of this size.
  private static final int PIECE = 1 << 20;

  /// How often a snapshot is begun anew because keys were replaced meanwhile.
  private static final int TRIES = 5;

  /// The order of names is that of the backups, also of several in one second.
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  /// Keeps media files from being deleted until it is closed.
  @FunctionalInterface
  public interface Holding {
    Release hold();

    /// Lets deletions happen.
    @FunctionalInterface
    interface Release extends AutoCloseable {
      @Override
      void close();
    }
  }

  /// Whose backup is made.
  ///
  /// @param media where its sealed files lie
  /// @param secrets small files that belong to the server and are not in the database, such as its
  ///   signing key, and what opens the keys in it
  /// @param fit whether these contents, by name, are what a restored server can start with
  public record Source(
      String serverName,
      String program,
      Database database,
      Path media,
      Holding holding,
      List<Path> secrets,
      Predicate<Map<String, byte[]>> fit) {}

  /// @param bytesWritten what this backup added to the directory; the rest was there already
  /// @param chunksWritten of all chunks
  public record Report(
      BackupManifest manifest, long bytesWritten, long chunksWritten, long chunks) {}

  private final Source source;
  private final BackupRepository repository;
  private final InstantSource clock;
  private final Progress progress;
  private long bytesWritten;
  private long chunksWritten;
  private long chunks;

  private BackupCreation(
      Source source, BackupRepository repository, InstantSource clock, Progress progress) {
    this.source = source;
    this.repository = repository;
    this.clock = clock;
    this.progress = progress;
  }

  /// Makes one.
  public static Report run(
      Source source,
      BackupRepository repository,
      InstantSource clock,
      SecureRandom random,
      Progress progress)
      throws IOException {
    var suffix = new byte[4];
    random.nextBytes(suffix);
    var id = ID.format(clock.instant()) + "-" + HexFormat.of().formatHex(suffix);
    var creation = new BackupCreation(source, repository, clock, progress);
    try (var _ = source.holding().hold()) {
      return creation.run(id);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Report run(String id) throws IOException {
    var migrations = source.database().migrations();
    if (!migrations.failed().isEmpty() || !migrations.unknown().isEmpty())
      throw new CopyRefused("The schema is not one of this program's; see `hearth db check`.");
    Map<String, MediaFile> before = mediaOfTheLastBackup();
    var versions = migrations.applied().stream().map(Migrations.Step::version).toList();
    for (int tries = 0; tries < TRIES; tries++) {
      var secrets = secrets();
      var manifest =
          source
              .database()
              .longSnapshot(connection -> snapshot(connection, id, versions, before, secrets));
      if (manifest.isEmpty()) continue;
      repository.add(manifest.get());
      return new Report(manifest.get(), bytesWritten, chunksWritten, chunks);
    }
    throw new CopyRefused("The server's keys are being replaced; make the backup afterwards.");
  }

  private Map<String, byte[]> secrets() throws IOException {
    var secrets = new TreeMap<String, byte[]>();
    for (var file : source.secrets()) {
      try {
        secrets.put(file.getFileName().toString(), Files.readAllBytes(file));
      } catch (NoSuchFileException e) {
        progress.at("going on without " + file.getFileName(), 0, 0);
      }
    }
    return secrets;
  }

  /// Whether the small files did not change since before the snapshot began: then they belong to
  /// it.
  private boolean belong(Map<String, byte[]> secrets) {
    try {
      var now = secrets();
      return source.fit().test(secrets)
          && now.keySet().equals(secrets.keySet())
          && now.entrySet().stream()
              .allMatch(one -> Arrays.equals(one.getValue(), secrets.get(one.getKey())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Empty if the small files changed while it began.
  private Optional<BackupManifest> snapshot(
      Connection connection,
      String id,
      List<String> versions,
      Map<String, MediaFile> before,
      Map<String, byte[]> secrets)
      throws SQLException {
    var snapshot = new Snapshot(connection, source.database().dialect());
    if (!belong(secrets)) return Optional.empty();
    var stored = new TreeMap<String, String>();
    secrets.forEach((name, content) -> stored.put(name, put(content)));
    long rows = snapshot.rows();
    var tables = new ArrayList<Table>();
    long done = 0;
    for (var shape : snapshot.tables()) {
      var table = table(snapshot, shape, done, rows);
      tables.add(table);
      done += table.total().rows();
    }
    var missing = new ArrayList<String>();
    var media = media(snapshot.mediaFiles(), before, missing);
    return Optional.of(
        new BackupManifest(
            BackupManifest.FORMAT,
            id,
            clock.millis(),
            source.serverName(),
            source.program(),
            snapshot.batch(),
            snapshot.position(),
            versions,
            List.copyOf(tables),
            media,
            List.copyOf(missing),
            Map.copyOf(stored)));
  }

  private Table table(Snapshot snapshot, TableShape shape, long before, long all)
      throws SQLException {
    var stored = new ArrayList<TableChunk>();
    var done = new long[] {before};
    var total =
        snapshot.read(
            shape,
            chunk -> {
              stored.add(new TableChunk(put(chunk.bytes()), chunk.count()));
              done[0] += chunk.count();
              progress.at("saving " + shape.name(), done[0], all);
            });
    return new Table(shape, total, List.copyOf(stored));
  }

  /// Files never change, so that one which the last backup has needs not be read again.
  private Map<String, MediaFile> mediaOfTheLastBackup() throws IOException {
    var ids = repository.ids();
    var files = new HashMap<String, MediaFile>();
    if (!ids.isEmpty())
      for (var file : repository.manifest(ids.getLast()).media()) files.put(file.file(), file);
    return files;
  }

  private List<MediaFile> media(
      List<String> names, Map<String, MediaFile> before, List<String> missing) {
    var files = new ArrayList<MediaFile>();
    for (int i = 0; i < names.size(); i++) {
      progress.at("saving media", i, names.size());
      var name = names.get(i);
      try {
        files.add(media(name, before.get(name)));
      } catch (NoSuchFileException e) {
        missing.add(name);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    progress.at("saving media", names.size(), names.size());
    return List.copyOf(files);
  }

  private MediaFile media(String name, @org.jspecify.annotations.Nullable MediaFile before)
      throws IOException {
    var place = mediaFile(source.media(), name);
    if (before != null
        && before.size() == Files.size(place)
        && before.chunks().stream().allMatch(repository::has)) {
      chunks += before.chunks().size();
      return before;
    }
    var sha256 = sha256();
    var pieces = new ArrayList<String>();
    long size = 0;
    try (var bytes = Files.newInputStream(place)) {
      for (byte[] piece; (piece = piece(bytes)).length > 0; size += piece.length) {
        sha256.update(piece);
        pieces.add(put(piece));
      }
    }
    return new MediaFile(
        name, size, HexFormat.of().formatHex(sha256.digest()), List.copyOf(pieces));
  }

  private static byte[] piece(InputStream bytes) throws IOException {
    return bytes.readNBytes(PIECE);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Where the media directory has a file.
  static Path mediaFile(Path media, String name) {
    return media.resolve(name.substring(0, 2)).resolve(name);
  }

  private String put(byte[] content) {
    try {
      var stored = repository.put(content);
      chunks++;
      if (stored.bytes() > 0) {
        chunksWritten++;
        bytesWritten += stored.bytes();
      }
      return stored.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
