package org.hearth.storage.account;

import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.membership.Departures;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Finds departures that a stop of the server cut off.
public final class StoredDepartures implements Departures.Unfinished {
  private static final String UNFINISHED =
      "SELECT a.user_id FROM account a WHERE a.deactivated AND a.user_id > ?"
          + " AND EXISTS (SELECT 1 FROM user_room r WHERE r.user_id = a.user_id"
          + " AND r.membership IN ('join', 'invite', 'knock'))"
          + " ORDER BY a.user_id LIMIT ?";

  private final Database database;

  public StoredDepartures(Database database) {
    this.database = database;
  }

  @Override
  public List<UserId> users(String after, int limit) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<UserId>();
          try (var query = connection.prepareStatement(UNFINISHED)) {
            query.setString(1, after);
            query.setInt(2, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) found.add(new UserId(row.getString(1)));
            }
          }
          return found;
        });
  }
}
