package org.hearth.e2ee.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// What changes in key backups. Session data is sealed in storage.
public sealed interface BackupChange extends Change {

  record VersionCreated(UserId user, long version, String algorithm, ObjectNode authData)
      implements BackupChange {}

  record AuthDataReplaced(UserId user, long version, ObjectNode authData) implements BackupChange {}

  /// The keys go; the number stays known as used.
  record VersionDeleted(UserId user, long version) implements BackupChange {}

  record KeyStored(UserId user, long version, SessionRef session, BackupKey key)
      implements BackupChange {}

  record KeysDeleted(UserId user, long version, KeySelection selection) implements BackupChange {}

  /// The version's keys changed: its new `etag` and count.
  record VersionCounted(UserId user, long version, long etag, long count) implements BackupChange {}

  /// All versions of the user go.
  record BackupsForgotten(UserId user) implements BackupChange {}
}
