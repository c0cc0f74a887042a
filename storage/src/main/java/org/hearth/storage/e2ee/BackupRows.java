package org.hearth.storage.e2ee;

import org.hearth.e2ee.backup.BackupChange;
import org.hearth.e2ee.backup.KeySelection;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.ledger.Positioned;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;

/// Key backups.
record BackupRows(Sealed sealed) implements ChangeRows<BackupChange> {
  private static final RowWrite AUTH_DATA = E2eeTables.VERSIONS.update("auth_data");
  private static final RowWrite COUNTED = E2eeTables.VERSIONS.update("etag", "key_count");
  private static final RowWrite DELETED = E2eeTables.VERSIONS.update("deleted");
  private static final RowWrite FORGET_VERSIONS = E2eeTables.VERSIONS.deleteBy("user_id");
  private static final RowWrite FORGET_KEYS = E2eeTables.BACKUP_KEYS.deleteBy("user_id");
  private static final RowWrite DELETE_ALL = E2eeTables.BACKUP_KEYS.deleteBy("user_id", "version");
  private static final RowWrite DELETE_ROOM =
      E2eeTables.BACKUP_KEYS.deleteBy("user_id", "version", "room_id");

  @Override
  public void rows(Positioned<BackupChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case BackupChange.VersionCreated(var user, var version, var algorithm, var data) ->
          rows.insert(
              E2eeTables.VERSIONS,
              user.value(),
              version,
              algorithm,
              Sealed.clear(data),
              0L,
              0L,
              false);
      case BackupChange.AuthDataReplaced(var user, var version, var data) ->
          rows.run(AUTH_DATA, Sealed.clear(data), user.value(), version);
      case BackupChange.VersionDeleted(var user, var version) -> {
        rows.run(DELETED, true, user.value(), version);
        rows.run(DELETE_ALL, user.value(), version);
      }
      case BackupChange.KeyStored stored -> key(stored, rows);
      case BackupChange.KeysDeleted(var user, var version, var selection) ->
          delete(user.value(), version, selection, rows);
      case BackupChange.VersionCounted(var user, var version, var etag, var count) ->
          rows.run(COUNTED, etag, count, user.value(), version);
      case BackupChange.BackupsForgotten(var user) -> {
        rows.run(FORGET_VERSIONS, user.value());
        rows.run(FORGET_KEYS, user.value());
      }
    }
  }

  private void key(BackupChange.KeyStored stored, RowSink rows) {
    var user = stored.user();
    var room = stored.session().roomId().value();
    var session = stored.session().sessionId();
    var key = stored.key();
    var place = Sealed.backup(user.value(), stored.version(), room, session);
    rows.upsert(
        E2eeTables.BACKUP_KEYS,
        user.value(),
        stored.version(),
        room,
        session,
        key.firstMessageIndex(),
        key.forwardedCount(),
        key.isVerified(),
        sealed.seal(KeyScope.account(user), place, key.sessionData()));
  }

  private static void delete(String user, long version, KeySelection selection, RowSink rows) {
    if (selection.roomId().isEmpty()) {
      rows.run(DELETE_ALL, user, version);
      return;
    }
    var room = selection.roomId().get().value();
    if (selection.sessionId().isEmpty()) rows.run(DELETE_ROOM, user, version, room);
    else rows.delete(E2eeTables.BACKUP_KEYS, user, version, room, selection.sessionId().get());
  }
}
