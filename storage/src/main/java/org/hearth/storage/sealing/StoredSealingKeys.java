package org.hearth.storage.sealing;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.WrappedKey;
import org.hearth.e2ee.sealing.WrappedKeys;
import org.hearth.storage.Database;

/// Reads sealing keys.
public final class StoredSealingKeys implements WrappedKeys {
  private static final String LATEST =
      "SELECT epoch, created_ms, wrapped FROM sealing_key WHERE scope = ? ORDER BY scope DESC, epoch DESC LIMIT 1";
  private static final String FIND =
      "SELECT epoch, created_ms, wrapped FROM sealing_key WHERE scope = ? AND epoch = ?";

  private final Database database;

  public StoredSealingKeys(Database database) {
    this.database = database;
  }

  @Override
  public Optional<WrappedKey> latest(KeyScope scope) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(LATEST)) {
            query.setString(1, scope.name());
            return first(scope, query);
          }
        });
  }

  @Override
  public Optional<WrappedKey> find(KeyScope scope, int epoch) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(FIND)) {
            query.setString(1, scope.name());
            query.setInt(2, epoch);
            return first(scope, query);
          }
        });
  }

  private static Optional<WrappedKey> first(KeyScope scope, PreparedStatement query)
      throws SQLException {
    try (var row = query.executeQuery()) {
      return row.next()
          ? Optional.of(new WrappedKey(scope, row.getInt(1), row.getLong(2), row.getBytes(3)))
          : Optional.empty();
    }
  }
}
