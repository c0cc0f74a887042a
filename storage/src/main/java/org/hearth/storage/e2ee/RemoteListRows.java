package org.hearth.storage.e2ee;

import org.hearth.e2ee.devicelists.RemoteListChange;
import org.hearth.e2ee.devicelists.RemoteListChange.RemoteListStored;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.ledger.Positioned;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;

/// Cached device lists of remote users; their keys are rows like those of local users.
record RemoteListRows(Sealed sealed) implements ChangeRows<RemoteListChange> {
  private static final RowWrite FORGET_DEVICES = E2eeTables.DEVICE_KEYS.deleteBy("user_id");
  private static final RowWrite FORGET_CROSS_SIGNING = E2eeTables.CROSS_SIGNING.deleteBy("user_id");
  private static final RowWrite FETCHED = E2eeTables.REMOTE_LISTS.update("stream_id", "fetched_at");
  private static final RowWrite UPDATED = E2eeTables.REMOTE_LISTS.update("stream_id");
  private static final RowWrite STALE = E2eeTables.REMOTE_LISTS.update("stale_at");

  @Override
  public void rows(Positioned<RemoteListChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case RemoteListStored stored -> stored(stored, rows);
      case RemoteListChange.RemoteDeviceUpdated(var user, var streamId, var id, var keys) -> {
        if (keys.isPresent()) device(user.value(), id, keys.get(), rows);
        else rows.delete(E2eeTables.DEVICE_KEYS, user.value(), id);
        rows.run(UPDATED, streamId, user.value());
      }
      case RemoteListChange.RemoteListStale(var user) -> {
        rows.insertIfAbsent(E2eeTables.REMOTE_LISTS, user.value(), -1L, -1L, -1L);
        rows.run(STALE, positioned.position(), user.value());
      }
    }
  }

  private void stored(RemoteListStored stored, RowSink rows) {
    var user = stored.user().value();
    rows.run(FORGET_DEVICES, user);
    stored.devices().forEach((id, keys) -> device(user, id, keys, rows));
    rows.run(FORGET_CROSS_SIGNING, user);
    stored
        .crossSigning()
        .forEach(
            (usage, key) ->
                rows.upsert(E2eeTables.CROSS_SIGNING, user, usage.wireName(), Sealed.clear(key)));
    rows.insertIfAbsent(E2eeTables.REMOTE_LISTS, user, -1L, -1L, -1L);
    rows.run(FETCHED, stored.streamId(), stored.fetchedAt(), user);
  }

  private void device(
      String user, String id, com.fasterxml.jackson.databind.node.ObjectNode keys, RowSink rows) {
    rows.upsert(
        E2eeTables.DEVICE_KEYS,
        user,
        id,
        sealed.seal(KeyScope.server(), Sealed.deviceKeys(user, id), keys));
  }
}
