package org.hearth.storage.e2ee;

import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;

/// Keys of devices and the log of device lists.
record KeyRows(Sealed sealed) implements ChangeRows<KeyChange> {
  private static final RowWrite CLAIM = E2eeTables.ONE_TIME_KEYS.update("claimed");
  private static final RowWrite FORGET_ONE_TIME =
      E2eeTables.ONE_TIME_KEYS.deleteBy("user_id", "device_id");
  private static final RowWrite FORGET_CLAIMED =
      E2eeTables.ONE_TIME_KEYS.sql(
          "DELETE FROM one_time_key WHERE user_id = ? AND device_id = ? AND claimed = TRUE"
              + " AND added_at <= ?");
  private static final RowWrite FORGET_FALLBACK =
      E2eeTables.FALLBACK_KEYS.deleteBy("user_id", "device_id");
  private static final RowWrite USE_FALLBACK = E2eeTables.FALLBACK_KEYS.update("used");
  private static final RowWrite FORGET_SIGNATURES =
      E2eeTables.SIGNATURES.deleteBy("target", "item");

  @Override
  public void rows(Positioned<KeyChange> positioned, RowSink rows) {
    var user = positioned.change().user().value();
    switch (positioned.change()) {
      case KeyChange.DeviceKeysStored(var _, var id, var keys) ->
          rows.upsert(
              E2eeTables.DEVICE_KEYS,
              user,
              id,
              sealed.seal(KeyScope.server(), Sealed.deviceKeys(user, id), keys));
      case KeyChange.DeviceKeysForgotten(var _, var id) -> {
        rows.delete(E2eeTables.DEVICE_KEYS, user, id);
        forgetIdentity(user, id, rows);
      }
      case KeyChange.IdentityReplaced(var _, var id) -> forgetIdentity(user, id, rows);
      case KeyChange.OneTimeKeysAdded added -> oneTimeKeys(positioned.position(), added, rows);
      case KeyChange.OneTimeKeyClaimed(var _, var id, var algorithm, var keyId) ->
          rows.run(CLAIM, true, user, id, algorithm, keyId);
      case KeyChange.ClaimedKeysForgotten(var _, var id, var upTo) ->
          rows.run(FORGET_CLAIMED, user, id, upTo);
      case KeyChange.FallbackKeyStored(var _, var id, var algorithm, var keyId, var key) ->
          rows.upsert(
              E2eeTables.FALLBACK_KEYS, user, id, algorithm, keyId, false, Sealed.clear(key));
      case KeyChange.FallbackKeyUsed(var _, var id, var algorithm) ->
          rows.run(USE_FALLBACK, true, user, id, algorithm);
      case KeyChange.DeviceListChanged(var _, var id, var visibleTo) ->
          rows.insert(
              E2eeTables.LOG,
              positioned.position(),
              user,
              id.orElse(null),
              visibleTo.map(UserId::value).orElse(null));
    }
  }

  private static void oneTimeKeys(long position, KeyChange.OneTimeKeysAdded added, RowSink rows) {
    int ordinal = 0;
    for (var key : added.keys())
      rows.insert(
          E2eeTables.ONE_TIME_KEYS,
          added.user().value(),
          added.deviceId(),
          key.algorithm(),
          key.keyId(),
          position,
          ordinal++,
          false,
          Sealed.clear(key.key()));
  }

  private static void forgetIdentity(String user, String id, RowSink rows) {
    rows.run(FORGET_ONE_TIME, user, id);
    rows.run(FORGET_FALLBACK, user, id);
    rows.run(FORGET_SIGNATURES, user, id);
  }
}
