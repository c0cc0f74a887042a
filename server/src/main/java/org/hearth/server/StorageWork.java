package org.hearth.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.schemas.json.Json;
import org.hearth.server.config.Config;
import org.hearth.storage.BulkTarget;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Storage;
import org.hearth.storage.backup.BackupCreation;
import org.hearth.storage.backup.BackupRepository;
import org.hearth.storage.check.DatabaseCheck;
import org.hearth.storage.copy.DatabaseCopy;
import org.hearth.storage.copy.Progress;
import org.jspecify.annotations.Nullable;

/// What commands do with everything stored, inside the running server or without one. Results are
/// JSON, since they go through the door of the running server.
///
/// @param master the present one
/// @param holding keeps media from being deleted while a backup reads it
record StorageWork(
    Config config,
    Supplier<MasterKey> master,
    Storage storage,
    BackupCreation.Holding holding,
    InstantSource clock,
    SecureRandom random) {

  /// Small files of the data directory without which a server is not the same server.
  private static final List<String> SECRETS =
      List.of("signing.key", "registration.secret", RootKeyFile.NAME);

  static Path media(Config config) {
    return config.dataDirectory().resolve("media");
  }

  /// Adds a backup to the directory.
  ObjectNode backup(Path directory, Progress progress) throws IOException {
    MasterKey key = master.get();
    var source =
        new BackupCreation.Source(
            config.serverName(),
            Main.version(),
            storage.database(),
            media(config),
            holding,
            SECRETS.stream().map(config.dataDirectory()::resolve).toList(),
            secrets -> opens(secrets.get(RootKeyFile.NAME), key));
    try (var repository = BackupRepository.create(directory, key)) {
      var report = BackupCreation.run(source, repository, clock, random, progress);
      var manifest = report.manifest();
      ObjectNode result =
          Json.object()
              .put("id", manifest.id())
              .put("position", manifest.position())
              .put("tables", manifest.tables().size())
              .put("rows", manifest.rows())
              .put("media_files", manifest.media().size())
              .put("media_bytes", manifest.mediaBytes())
              .put("bytes_written", report.bytesWritten())
              .put("chunks_written", report.chunksWritten())
              .put("chunks", report.chunks());
      ArrayNode missing = result.putArray("missing_media");
      manifest.missing().forEach(missing::add);
      return result;
    }
  }

  /// Whoever restores the backup has this master key only.
  private static boolean opens(byte @Nullable [] rootKeys, MasterKey key) {
    return rootKeys != null
        && RootKeys.open(new String(rootKeys, StandardCharsets.UTF_8), List.of(key)).isPresent();
  }

  /// Brings the target up to the state of this moment.
  ///
  /// @param movedTo null while the source goes on; otherwise the target is finished
  ObjectNode copy(DatabaseSettings.Location target, Progress progress, @Nullable String movedTo) {
    try (var into = BulkTarget.open(target)) {
      var report = DatabaseCopy.run(storage.database(), into, progress, movedTo);
      ObjectNode result =
          Json.object()
              .put("position", report.position())
              .put("chunks_written", report.chunksWritten())
              .put("chunks", report.chunks())
              .put("finished", report.finished());
      ArrayNode tables = result.putArray("tables");
      for (var table : report.tables())
        tables
            .addObject()
            .put("name", table.table())
            .put("rows", table.total().rows())
            .put("bytes", table.total().bytes())
            .put("hash", table.total().hash());
      return result;
    }
  }

  /// Looks through everything.
  ObjectNode check(Progress progress) {
    DatabaseCheck.Report report = storage.check(media(config), progress);
    ObjectNode result =
        Json.object()
            .put("sound", report.sound())
            .put("position", report.position())
            .put("checks", report.checks())
            .put("rows", report.rows())
            .put("sealed_values_opened", report.opened());
    ArrayNode findings = result.putArray("findings");
    for (var finding : report.findings()) {
      ObjectNode one =
          findings
              .addObject()
              .put("what", finding.what())
              .put("severe", finding.severe())
              .put("count", finding.count());
      finding.examples().forEach(one.putArray("examples")::add);
    }
    return result;
  }

  /// Counts what is there.
  ObjectNode stats() {
    var stats = storage.stats();
    ObjectNode result =
        Json.object()
            .put("database", stats.database())
            .put("position", stats.lastPosition())
            .put("batch", stats.lastBatch())
            .put("database_bytes", stats.databaseBytes())
            .put("journal_bytes", stats.journalBytes())
            .put("events", stats.events())
            .put("state_events", stats.stateEvents())
            .put("room_bytes_per_event", Math.round(stats.bytesPerEvent()))
            .put("state_bytes_per_state_event", Math.round(stats.stateBytesPerStateEvent()));
    ArrayNode tables = result.putArray("tables");
    for (var table : stats.tables())
      tables
          .addObject()
          .put("name", table.name())
          .put("rows", table.rows())
          .put("bytes", table.bytes());
    return result;
  }
}
