package org.hearth.storage.check;

import java.util.Set;

/// Columns of bytes that are not sealed, as `table.column`: what the protocol needs in clear,
/// numbers, and public keys. A column that is neither here nor a [SealedColumn] fails a test, so
/// that nobody forgets to decide.
public final class ClearBytes {

  public static final Set<String> COLUMNS =
      Set.of(
          "backup_version.auth_data",
          "cross_signing_key.key_json",
          "fallback_key.key_json",
          "inbound_transaction.answer",
          "one_time_key.key_json",
          "room_event.auth",
          "room_event.clear",
          "room_event.heads",
          "room_key.name",
          "room_node.node",
          "room_relation.rel_type",
          "sealing_key.wrapped",
          "server_key.public_key",
          "server_key_document.document");

  private ClearBytes() {}
}
