package org.hearth.storage.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.push.Pusher;
import org.hearth.engine.push.PusherStore;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;
import org.hearth.storage.account.AccountEntities.PusherRow;

/// Reads pushers.
public final class StoredPushers implements PusherStore {
  /// Where the sealed content keeps the push key.
  static final String PUSHKEY = "pushkey";

  private final Database database;
  private final Sealed sealed;

  public StoredPushers(Database database, Sealing sealing) {
    this.database = database;
    this.sealed = new Sealed(sealing);
  }

  @Override
  public List<Pusher> pushers(UserId userId) {
    List<PusherRow> rows =
        database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from PusherRow where userId = :user order by appId, pushkeyHash",
                        PusherRow.class)
                    .setParameter("user", userId.value())
                    .getResultList());
    return rows.stream().map(row -> pusher(userId, row)).toList();
  }

  private Pusher pusher(UserId userId, PusherRow row) {
    ObjectNode fields =
        sealed.openObject(userId, Sealed.pusher(row.appId, row.pushkeyHash), row.content);
    String pushkey = fields.path(PUSHKEY).asText();
    fields.remove(PUSHKEY);
    return new Pusher(userId, row.deviceId, row.appId, pushkey, fields);
  }
}
