package org.hearth.storage.e2ee;

import java.util.List;
import org.hearth.storage.rows.Table;

/// The tables of end-to-end encryption.
final class E2eeTables {
  static final Table DEVICE_KEYS =
      Table.of("device_keys", List.of("user_id", "device_id"), "keys_json");
  static final Table ONE_TIME_KEYS =
      Table.of(
          "one_time_key",
          List.of("user_id", "device_id", "algorithm", "key_id"),
          "added_at",
          "ordinal",
          "claimed",
          "key_json");
  static final Table FALLBACK_KEYS =
      Table.of(
          "fallback_key",
          List.of("user_id", "device_id", "algorithm"),
          "key_id",
          "used",
          "key_json");
  static final Table LOG =
      Table.of("device_list_log", List.of("position"), "user_id", "device_id", "visible_to");
  static final Table CROSS_SIGNING =
      Table.of("cross_signing_key", List.of("user_id", "key_usage"), "key_json");
  static final Table SIGNATURES =
      Table.of("key_signature", List.of("target", "item", "signer", "signer_key_id"), "signature");
  static final Table REMOTE_LISTS =
      Table.of("remote_device_list", List.of("user_id"), "stream_id", "fetched_at", "stale_at");
  static final Table INBOX =
      Table.of("to_device_inbox", List.of("user_id", "device_id", "position"), "message");
  static final Table TRANSACTIONS =
      Table.of(
          "to_device_transaction", List.of("user_id", "device_id", "transaction_id"), "done_ms");
  static final Table SEEN = Table.of("to_device_seen", List.of("origin", "message_id"), "seen_ms");
  static final Table QUEUE = Table.of("outgoing_edu", List.of("destination", "position"), "edu");
  static final Table CURSORS = Table.of("e2ee_cursor", List.of("name"), "position");
  static final Table VERSIONS =
      Table.of(
          "backup_version",
          List.of("user_id", "version"),
          "algorithm",
          "auth_data",
          "etag",
          "key_count",
          "deleted");
  static final Table BACKUP_KEYS =
      Table.of(
          "backup_key",
          List.of("user_id", "version", "room_id", "session_id"),
          "first_message_index",
          "forwarded_count",
          "is_verified",
          "session_data");

  private E2eeTables() {}
}
