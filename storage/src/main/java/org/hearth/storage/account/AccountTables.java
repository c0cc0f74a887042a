package org.hearth.storage.account;

import java.util.List;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// The tables of this topic and the writes on them.
final class AccountTables {
  static final Table ACCOUNT =
      Table.of(
          "account",
          List.of("user_id"),
          "password_hash",
          "administrator",
          "deactivated",
          "locked",
          "suspended",
          "created_ms",
          "erased_at");
  static final RowWrite SET_PASSWORD = ACCOUNT.update("password_hash");
  static final RowWrite SET_FLAGS = ACCOUNT.update("administrator", "locked", "suspended");
  static final RowWrite ERASE = ACCOUNT.update("erased_at");
  static final RowWrite DEACTIVATE = ACCOUNT.update("password_hash", "deactivated");

  static final Table DEVICE =
      Table.of("device", List.of("user_id", "device_id"), "display_name", "seen_ip", "seen_ms");
  static final RowWrite RENAME_DEVICE = DEVICE.update("display_name");
  static final RowWrite SEE_DEVICE = DEVICE.update("seen_ip", "seen_ms");
  static final RowWrite DELETE_DEVICES = DEVICE.deleteBy("user_id");

  static final Table ACCESS_TOKEN =
      Table.of(
          "access_token",
          List.of("hash"),
          "user_id",
          "device_id",
          "refresh_hash",
          "expires_ms",
          "fresh");
  static final RowWrite DELETE_ACCESS_OF_DEVICE = ACCESS_TOKEN.deleteBy("user_id", "device_id");
  static final RowWrite DELETE_ACCESS_OF_USER = ACCESS_TOKEN.deleteBy("user_id");
  static final RowWrite KEEP_ACCESS =
      ACCESS_TOKEN.sql(
          "DELETE FROM access_token WHERE user_id = ? AND device_id = ? AND hash NOT IN (?, ?, ?, ?)");
  static final RowWrite CONFIRM_ACCESS =
      ACCESS_TOKEN.updateBy(List.of("user_id", "device_id"), "fresh");

  static final Table REFRESH_TOKEN =
      Table.of("refresh_token", List.of("hash"), "user_id", "device_id", "expires_ms");
  static final RowWrite DELETE_REFRESH_OF_DEVICE = REFRESH_TOKEN.deleteBy("user_id", "device_id");
  static final RowWrite DELETE_REFRESH_OF_USER = REFRESH_TOKEN.deleteBy("user_id");
  static final RowWrite KEEP_REFRESH =
      REFRESH_TOKEN.sql(
          "DELETE FROM refresh_token WHERE user_id = ? AND device_id = ? AND hash NOT IN (?, ?, ?, ?)");

  static final Table PROFILE_FIELD =
      Table.of("profile_field", List.of("user_id", "field"), "content");
  static final RowWrite DELETE_PROFILE = PROFILE_FIELD.deleteBy("user_id");

  static final Table ACCOUNT_DATA =
      Table.of("account_data", List.of("user_id", "room_id", "kind"), "content", "stream_position");
  static final RowWrite DELETE_ACCOUNT_DATA = ACCOUNT_DATA.deleteBy("user_id");

  static final Table USER_FILTER =
      Table.of("user_filter", List.of("user_id", "filter_id"), "content");
  static final RowWrite DELETE_FILTERS = USER_FILTER.deleteBy("user_id");

  static final Table OPENID_TOKEN =
      Table.of("openid_token", List.of("hash"), "user_id", "expires_ms");
  static final RowWrite DELETE_OPENID_OF_USER = OPENID_TOKEN.deleteBy("user_id");
  static final RowWrite DELETE_EXPIRED_OPENID =
      OPENID_TOKEN.sql("DELETE FROM openid_token WHERE expires_ms <= ?");

  static final Table PUSHER =
      Table.of("pusher", List.of("user_id", "app_id", "pushkey_hash"), "device_id", "content");
  static final RowWrite DELETE_PUSHERS = PUSHER.deleteBy("user_id");
  static final RowWrite DELETE_PUSHERS_OF_DEVICE = PUSHER.deleteBy("user_id", "device_id");
  static final RowWrite DELETE_PUSHERS_OF_OTHERS =
      PUSHER.sql("DELETE FROM pusher WHERE pushkey_hash = ? AND app_id = ? AND user_id <> ?");

  private AccountTables() {}
}
