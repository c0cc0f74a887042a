package org.hearth.storage.federation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.federation.LearnedKey;
import org.hearth.engine.federation.SenderStore;
import org.hearth.engine.federation.ServerKeyStore;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.storage.Database;

/// What federation reads.
public final class StoredFederation implements ServerKeyStore, SenderStore {
  private static final String DOCUMENT =
      "SELECT document, fetched_ms FROM server_key_document WHERE server = ?";
  private static final String KEYS =
      "SELECT key_id, public_key, valid_until_ms, expired FROM server_key WHERE server = ?";
  private static final String CURSOR = "SELECT position FROM federation_cursor WHERE name = ?";
  private static final String LAGGING =
      "SELECT server, delivered, since_ms FROM federation_lagging";

  private final Database database;

  public StoredFederation(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Known> find(ServerName server) {
    return database.snapshot(
        connection -> {
          try (var query = connection.prepareStatement(DOCUMENT)) {
            query.setString(1, server.value());
            try (var row = query.executeQuery()) {
              if (!row.next()) return Optional.empty();
              return Optional.of(
                  new Known(keys(connection, server), row.getBytes(1), row.getLong(2)));
            }
          }
        });
  }

  private static List<LearnedKey> keys(Connection connection, ServerName server)
      throws SQLException {
    var keys = new ArrayList<LearnedKey>();
    try (var query = connection.prepareStatement(KEYS)) {
      query.setString(1, server.value());
      try (var row = query.executeQuery()) {
        while (row.next()) {
          var key = new VerifyKey(row.getString(1), row.getBytes(2));
          keys.add(new LearnedKey(key, row.getLong(3), row.getBoolean(4)));
        }
      }
    }
    return keys;
  }

  @Override
  public long cursor() {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(CURSOR)) {
            query.setString(1, FederationTopic.CURSOR_NAME);
            try (var row = query.executeQuery()) {
              return row.next() ? row.getLong(1) : 0L;
            }
          }
        });
  }

  @Override
  public Map<ServerName, Lag> lagging() {
    return database.jdbc(
        connection -> {
          var lagging = new HashMap<ServerName, Lag>();
          try (var query = connection.prepareStatement(LAGGING);
              var row = query.executeQuery()) {
            while (row.next())
              lagging.put(
                  new ServerName(row.getString(1)), new Lag(row.getLong(2), row.getLong(3)));
          }
          return lagging;
        });
  }
}
