package org.hearth.storage.presence;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.presence.PresenceState;
import org.hearth.engine.presence.PresenceStore;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Reads presence.
public final class StoredPresence implements PresenceStore {
  private static final String COLUMNS =
      "SELECT user_id, state, status_msg, active_ms FROM presence ";

  private final Database database;
  private final Sealing sealing;

  public StoredPresence(Database database, Sealing sealing) {
    this.database = database;
    this.sealing = sealing;
  }

  @Override
  public Optional<Noted> of(UserId userId) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(COLUMNS + "WHERE user_id = ?")) {
            query.setString(1, userId.value());
            return noted(query).stream().findFirst();
          }
        });
  }

  @Override
  public List<Noted> present(int limit) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  COLUMNS + "WHERE state <> 'offline' ORDER BY user_id LIMIT ?")) {
            query.setInt(1, limit);
            return noted(query);
          }
        });
  }

  private List<Noted> noted(PreparedStatement query) throws SQLException {
    var noted = new ArrayList<Noted>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) noted.add(noted(rows));
    }
    return noted;
  }

  private Noted noted(ResultSet row) throws SQLException {
    var user = new UserId(row.getString(1));
    byte[] status = row.getBytes(3);
    return new Noted(
        user,
        PresenceState.parse(row.getString(2)).orElse(PresenceState.OFFLINE),
        status == null
            ? null
            : new String(
                sealing.open(KeyScope.account(user), PresenceTopic.place(user), status),
                StandardCharsets.UTF_8),
        row.getLong(4));
  }
}
