package org.hearth.storage.account;

import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.account.AccessToken;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountStore;
import org.hearth.engine.account.Device;
import org.hearth.engine.account.RefreshToken;
import org.hearth.engine.account.TokenHash;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;
import org.hearth.storage.account.AccountEntities.AccessTokenRow;
import org.hearth.storage.account.AccountEntities.AccountRow;
import org.hearth.storage.account.AccountEntities.DeviceKey;
import org.hearth.storage.account.AccountEntities.DeviceRow;
import org.hearth.storage.account.AccountEntities.RefreshTokenRow;

/// Reads accounts, devices and tokens.
public final class StoredAccounts implements AccountStore {
  private static final int MAX_DEVICES = 10_000;

  private final Database database;
  private final Sealed sealed;

  public StoredAccounts(Database database, Sealing sealing) {
    this.database = database;
    this.sealed = new Sealed(sealing);
  }

  /// What Hibernate reads for this topic.
  public static List<Class<?>> entities() {
    return AccountEntities.all();
  }

  @Override
  public Optional<Account> account(UserId userId) {
    return Optional.ofNullable(
            database.<AccountRow>read(session -> session.get(AccountRow.class, userId.value())))
        .map(StoredAccounts::account);
  }

  @Override
  public long accounts() {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select count(*) from AccountRow where not deactivated", Long.class)
                .getSingleResult());
  }

  @Override
  public List<Account> page(String after, int limit) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from AccountRow where userId > :after order by userId", AccountRow.class)
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultList()
                .stream()
                .map(StoredAccounts::account)
                .toList());
  }

  @Override
  public Optional<AccessToken> accessToken(TokenHash hash) {
    return Optional.ofNullable(
            database.<AccessTokenRow>read(
                session -> session.get(AccessTokenRow.class, hash.value())))
        .map(StoredAccounts::accessToken);
  }

  @Override
  public Optional<RefreshToken> refreshToken(TokenHash hash) {
    return Optional.ofNullable(
            database.<RefreshTokenRow>read(
                session -> session.get(RefreshTokenRow.class, hash.value())))
        .map(row -> new RefreshToken(hash, UserId.parse(row.userId), row.deviceId, row.expiresMs));
  }

  @Override
  public List<AccessToken> accessTokens(UserId userId, String deviceId) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "from AccessTokenRow where userId = :user and deviceId = :device",
                    AccessTokenRow.class)
                .setParameter("user", userId.value())
                .setParameter("device", deviceId)
                .setMaxResults(100)
                .getResultList()
                .stream()
                .map(StoredAccounts::accessToken)
                .toList());
  }

  @Override
  public List<Device> devices(UserId userId) {
    List<DeviceRow> rows =
        database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from DeviceRow where userId = :user order by deviceId", DeviceRow.class)
                    .setParameter("user", userId.value())
                    .setMaxResults(MAX_DEVICES)
                    .getResultList());
    return rows.stream().map(this::device).toList();
  }

  @Override
  public Optional<Device> device(UserId userId, String deviceId) {
    return Optional.ofNullable(
            database.<DeviceRow>read(
                session -> session.get(DeviceRow.class, new DeviceKey(userId.value(), deviceId))))
        .map(this::device);
  }

  private static Account account(AccountRow row) {
    return new Account(
        UserId.parse(row.userId),
        row.passwordHash,
        row.administrator,
        row.deactivated,
        row.locked,
        row.suspended,
        row.createdMs);
  }

  @Override
  public Optional<UserId> openIdUser(TokenHash hash, long nowMs) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT user_id FROM openid_token WHERE hash = ? AND expires_ms > ?")) {
            query.setString(1, hash.value());
            query.setLong(2, nowMs);
            try (var rows = query.executeQuery()) {
              return rows.next() ? Optional.of(new UserId(rows.getString(1))) : Optional.empty();
            }
          }
        });
  }

  @Override
  public int openIdTokens(UserId userId, long nowMs) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT COUNT(*) FROM openid_token WHERE user_id = ? AND expires_ms > ?")) {
            query.setString(1, userId.value());
            query.setLong(2, nowMs);
            try (var rows = query.executeQuery()) {
              return rows.next() ? rows.getInt(1) : 0;
            }
          }
        });
  }

  private static AccessToken accessToken(AccessTokenRow row) {
    return new AccessToken(
        new TokenHash(row.hash),
        UserId.parse(row.userId),
        row.deviceId,
        row.refreshHash == null ? null : new TokenHash(row.refreshHash),
        row.expiresMs,
        row.fresh);
  }

  private Device device(DeviceRow row) {
    UserId userId = UserId.parse(row.userId);
    String ip = sealed.openText(userId, Sealed.deviceIp(row.deviceId), row.seenIp);
    return new Device(
        userId,
        row.deviceId,
        sealed.openText(userId, Sealed.deviceName(row.deviceId), row.displayName),
        ip == null ? "" : ip,
        row.seenMs);
  }
}
