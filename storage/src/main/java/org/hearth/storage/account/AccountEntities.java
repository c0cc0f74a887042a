package org.hearth.storage.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows as Hibernate reads them.
@SuppressWarnings("NullAway.Init")
final class AccountEntities {
  private AccountEntities() {}

  static List<Class<?>> all() {
    return List.of(
        AccountRow.class,
        DeviceRow.class,
        AccessTokenRow.class,
        RefreshTokenRow.class,
        ProfileFieldRow.class,
        AccountDataRow.class,
        FilterRow.class,
        PusherRow.class);
  }

  @Entity(name = "AccountRow")
  @Table(name = "account")
  static final class AccountRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Column(name = "password_hash")
    @Nullable String passwordHash;

    boolean administrator;
    boolean deactivated;
    boolean locked;
    boolean suspended;

    @Column(name = "created_ms")
    long createdMs;
  }

  record DeviceKey(String userId, String deviceId) {}

  @Entity(name = "DeviceRow")
  @Table(name = "device")
  @IdClass(DeviceKey.class)
  static final class DeviceRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Id
    @Column(name = "device_id")
    String deviceId;

    @Column(name = "display_name")
    byte @Nullable [] displayName;

    @Column(name = "seen_ip")
    byte @Nullable [] seenIp;

    @Column(name = "seen_ms")
    long seenMs;
  }

  @Entity(name = "AccessTokenRow")
  @Table(name = "access_token")
  static final class AccessTokenRow {
    @Id String hash;

    @Column(name = "user_id")
    String userId;

    @Column(name = "device_id")
    String deviceId;

    @Column(name = "refresh_hash")
    @Nullable String refreshHash;

    @Column(name = "expires_ms")
    long expiresMs;

    boolean fresh;
  }

  @Entity(name = "RefreshTokenRow")
  @Table(name = "refresh_token")
  static final class RefreshTokenRow {
    @Id String hash;

    @Column(name = "user_id")
    String userId;

    @Column(name = "device_id")
    String deviceId;

    @Column(name = "expires_ms")
    long expiresMs;
  }

  record ProfileFieldKey(String userId, String field) {}

  @Entity(name = "ProfileFieldRow")
  @Table(name = "profile_field")
  @IdClass(ProfileFieldKey.class)
  static final class ProfileFieldRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Id String field;
    byte[] content;
  }

  record AccountDataKey(String userId, String roomId, String kind) {}

  @Entity(name = "AccountDataRow")
  @Table(name = "account_data")
  @IdClass(AccountDataKey.class)
  static final class AccountDataRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Id
    @Column(name = "room_id")
    String roomId;

    @Id String kind;
    byte[] content;

    @Column(name = "stream_position")
    long position;
  }

  record FilterKey(String userId, String filterId) {}

  @Entity(name = "FilterRow")
  @Table(name = "user_filter")
  @IdClass(FilterKey.class)
  static final class FilterRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Id
    @Column(name = "filter_id")
    String filterId;

    byte[] content;
  }

  record PusherKey(String userId, String appId, String pushkeyHash) {}

  @Entity(name = "PusherRow")
  @Table(name = "pusher")
  @IdClass(PusherKey.class)
  static final class PusherRow {
    @Id
    @Column(name = "user_id")
    String userId;

    @Id
    @Column(name = "app_id")
    String appId;

    @Id
    @Column(name = "pushkey_hash")
    String pushkeyHash;

    @Column(name = "device_id")
    String deviceId;

    byte[] content;
  }
}
