package org.hearth.storage.e2ee;

import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.json.Json;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;

/// Inboxes of devices and queues towards servers.
record ToDeviceRows(Sealed sealed) implements ChangeRows<ToDeviceChange> {
  static final String BROADCAST = "device_lists_broadcast";
  static final String INTRODUCED = "device_lists_introduced";

  private static final RowWrite ACKNOWLEDGE =
      E2eeTables.INBOX.sql(
          "DELETE FROM to_device_inbox WHERE user_id = ? AND device_id = ? AND position <= ?");
  private static final RowWrite FORGET_INBOX = E2eeTables.INBOX.deleteBy("user_id", "device_id");
  private static final RowWrite FORGET_TRANSACTIONS_OF =
      E2eeTables.TRANSACTIONS.deleteBy("user_id", "device_id");
  private static final RowWrite FORGET_TRANSACTIONS =
      E2eeTables.TRANSACTIONS.sql("DELETE FROM to_device_transaction WHERE done_ms < ?");
  private static final RowWrite FORGET_SEEN =
      E2eeTables.SEEN.sql("DELETE FROM to_device_seen WHERE seen_ms < ?");
  private static final RowWrite DELIVERED =
      E2eeTables.QUEUE.sql("DELETE FROM outgoing_edu WHERE destination = ? AND position <= ?");

  @Override
  public void rows(Positioned<ToDeviceChange> positioned, RowSink rows) {
    long position = positioned.position();
    switch (positioned.change()) {
      case ToDeviceChange.MessageArrived message -> arrived(position, message, rows);
      case ToDeviceChange.InboxAcknowledged(var user, var id, var upTo) ->
          rows.run(ACKNOWLEDGE, user.value(), id, upTo);
      case ToDeviceChange.InboxForgotten(var user, var id) -> {
        rows.run(FORGET_INBOX, user.value(), id);
        rows.run(FORGET_TRANSACTIONS_OF, user.value(), id);
      }
      case ToDeviceChange.TransactionDone(var user, var id, var transaction, var at) ->
          rows.insertIfAbsent(
              E2eeTables.TRANSACTIONS, user.value(), id, transaction, at.toEpochMilli());
      case ToDeviceChange.RemoteMessageSeen(var origin, var id, var at) ->
          rows.insertIfAbsent(E2eeTables.SEEN, origin.value(), id, at.toEpochMilli());
      case ToDeviceChange.SeenForgotten(var transactions, var messages) -> {
        rows.run(FORGET_TRANSACTIONS, transactions.toEpochMilli());
        rows.run(FORGET_SEEN, messages.toEpochMilli());
      }
      case ToDeviceChange.EduQueued(var destination, var type, var content) -> {
        var edu = Json.object().put("type", type);
        edu.set("content", content);
        var place = Sealed.queue(destination.value(), position);
        rows.insert(
            E2eeTables.QUEUE,
            destination.value(),
            position,
            sealed.seal(KeyScope.server(), place, edu));
      }
      case ToDeviceChange.EdusDelivered(var destination, var upTo) ->
          rows.run(DELIVERED, destination.value(), upTo);
      case ToDeviceChange.DeviceListsBroadcast(var upTo) ->
          rows.upsert(E2eeTables.CURSORS, BROADCAST, upTo);
      case ToDeviceChange.DeviceListsIntroduced(var upTo) ->
          rows.upsert(E2eeTables.CURSORS, INTRODUCED, upTo);
    }
  }

  private void arrived(long position, ToDeviceChange.MessageArrived arrived, RowSink rows) {
    var user = arrived.recipient();
    var message = Json.object().put("sender", arrived.sender().value()).put("type", arrived.type());
    message.set("content", arrived.content());
    var place = Sealed.inbox(user.value(), arrived.deviceId(), position);
    rows.insert(
        E2eeTables.INBOX,
        user.value(),
        arrived.deviceId(),
        position,
        sealed.seal(KeyScope.account(user), place, message));
  }
}
