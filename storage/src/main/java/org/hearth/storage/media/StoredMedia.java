package org.hearth.storage.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.media.MediaItem;
import org.hearth.engine.media.MediaStore;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;
import org.hearth.storage.backup.BackupCreation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads media, and keeps their bytes below one directory.
public final class StoredMedia implements MediaStore, BackupCreation.Holding {
  private static final Logger log = LoggerFactory.getLogger(StoredMedia.class);
  private static final String ITEM =
      "SELECT uri, uploader, created_ms, content, key_scope FROM media WHERE uri = ?";
  private static final String OLD =
      "SELECT uri, uploader, created_ms, content, key_scope FROM media WHERE created_ms < ?"
          + " AND uploader IS %s NULL ORDER BY created_ms LIMIT ?";
  private static final String NAMED = "SELECT 1 FROM media WHERE file = ? LIMIT 1";
  private static final String RESERVED =
      "SELECT COUNT(*) FROM media WHERE uploader = ? AND created_ms >= ? AND file IS NULL";

  private final Database database;
  private final SealedContent sealed;
  private final SealedFiles files;

  /// @param directory made if it is not there
  public StoredMedia(Database database, Sealing sealing, Path directory, SecureRandom random) {
    this.database = database;
    this.sealed = new SealedContent(sealing);
    try {
      this.files = new SealedFiles(directory, random);
    } catch (IOException e) {
      throw new UncheckedIOException("The media directory " + directory + " cannot be used", e);
    }
  }

  @Override
  public Optional<MediaItem> item(MxcUri uri) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(ITEM)) {
            query.setString(1, uri.value());
            try (var rows = query.executeQuery()) {
              return rows.next() ? Optional.of(item(rows)) : Optional.empty();
            }
          }
        });
  }

  private MediaItem item(ResultSet row) throws SQLException {
    var uri = new MxcUri(row.getString(1));
    var uploader = row.getString(2);
    byte[] content = row.getBytes(4);
    return new MediaItem(
        uri,
        uploader == null ? null : new UserId(uploader),
        row.getLong(3),
        content == null ? null : sealed.open(new KeyScope(row.getString(5)), uri, content));
  }

  @Override
  public List<MediaItem> old(boolean remote, long beforeMs, int limit) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<MediaItem>();
          try (var query = connection.prepareStatement(OLD.formatted(remote ? "" : "NOT"))) {
            query.setLong(1, beforeMs);
            query.setInt(2, limit);
            try (var rows = query.executeQuery()) {
              while (rows.next()) found.add(item(rows));
            }
          }
          return found;
        });
  }

  @Override
  public int sweep(int shelf, long beforeMs) throws IOException {
    int swept = 0;
    for (var name : files.on(shelf, beforeMs)) {
      if (isNamed(name)) continue;
      files.delete(name);
      swept++;
    }
    return swept;
  }

  private boolean isNamed(String file) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(NAMED)) {
            query.setString(1, file);
            try (var rows = query.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  @Override
  public int reserved(UserId userId, long sinceMs) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(RESERVED)) {
            query.setString(1, userId.value());
            query.setLong(2, sinceMs);
            try (var rows = query.executeQuery()) {
              rows.next();
              return rows.getInt(1);
            }
          }
        });
  }

  @Override
  public MediaItem.SealedFile write(InputStream bytes) throws IOException {
    return files.write(bytes);
  }

  @Override
  public InputStream open(MediaItem.SealedFile file) throws IOException {
    return files.open(file);
  }

  @Override
  public void delete(MediaItem.SealedFile file) {
    try {
      files.delete(file.name());
    } catch (IOException e) {
      log.warn("The media file {} could not be deleted: {}", file.name(), e.toString());
    }
  }

  @Override
  public Release hold() {
    files.hold();
    return () -> {
      try {
        files.release();
      } catch (IOException e) {
        log.warn("Media files that were to be deleted could not be: {}", e.toString());
      }
    };
  }
}
