package org.hearth.storage.sealing;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.WrappedKey;
import org.hearth.e2ee.sealing.WrappedKeys;
import org.hearth.storage.Database;

/// Reads sealing keys.
public final class StoredSealingKeys implements WrappedKeys {
  private static final String LATEST =
      "SELECT scope, epoch, created_ms, wrapping, wrapped FROM sealing_key WHERE scope = ? ORDER BY scope DESC, epoch DESC LIMIT 1";
  private static final String FIND =
      "SELECT scope, epoch, created_ms, wrapping, wrapped FROM sealing_key WHERE scope = ? AND epoch = ?";

  private static final String OLD =
      "SELECT scope, epoch, created_ms, wrapping, wrapped FROM sealing_key WHERE wrapping < ? LIMIT ?";

  private final Database database;

  public StoredSealingKeys(Database database) {
    this.database = database;
  }

  @Override
  public Optional<WrappedKey> latest(KeyScope scope) {
    return read(LATEST, query -> query.setString(1, scope.name())).stream().findFirst();
  }

  @Override
  public Optional<WrappedKey> find(KeyScope scope, int epoch) {
    return read(
            FIND,
            query -> {
              query.setString(1, scope.name());
              query.setInt(2, epoch);
            })
        .stream()
        .findFirst();
  }

  @Override
  public List<WrappedKey> wrappedBefore(int wrapping, int limit) {
    return read(
        OLD,
        query -> {
          query.setInt(1, wrapping);
          query.setInt(2, limit);
        });
  }

  /// Whether keys were destroyed while this root key, or one before it, was the current one.
  public boolean destroyedUnder(int wrapping) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT 1 FROM sealing_destroyed WHERE wrapping <= ? LIMIT 1")) {
            query.setInt(1, wrapping);
            try (var row = query.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  private List<WrappedKey> read(String sql, Parameters parameters) {
    return database.jdbc(
        connection -> {
          var keys = new ArrayList<WrappedKey>();
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            try (var row = query.executeQuery()) {
              while (row.next())
                keys.add(
                    new WrappedKey(
                        new KeyScope(row.getString(1)),
                        row.getInt(2),
                        row.getLong(3),
                        row.getInt(4),
                        row.getBytes(5)));
            }
          }
          return keys;
        });
  }
}
