package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What changes in inboxes and in queues towards other servers. Contents are sealed in storage.
public sealed interface ToDeviceChange extends Change {

  /// A message for one device; its position is its place in the inbox.
  record MessageArrived(
      UserId recipient, String deviceId, UserId sender, String type, ObjectNode content)
      implements ToDeviceChange {}

  /// The device has everything up to this position.
  record InboxAcknowledged(UserId user, String deviceId, long upTo) implements ToDeviceChange {}

  /// The device is gone.
  record InboxForgotten(UserId user, String deviceId) implements ToDeviceChange {}

  /// A request of a device was carried out; it will not be again.
  record TransactionDone(UserId user, String deviceId, String transactionId, Instant at)
      implements ToDeviceChange {}

  /// A message of another server was delivered; it will not be again.
  record RemoteMessageSeen(ServerName origin, String messageId, Instant at)
      implements ToDeviceChange {}

  /// Transactions and remote messages older than this are no longer remembered.
  record SeenForgotten(Instant transactionsBefore, Instant messagesBefore)
      implements ToDeviceChange {}

  /// An EDU waits to be sent to another server; its position is its place in the queue.
  ///
  /// @param type `m.direct_to_device`, `m.device_list_update` or `m.signing_key_update`
  record EduQueued(ServerName destination, String type, ObjectNode content)
      implements ToDeviceChange {}

  /// The destination has everything up to this position.
  record EdusDelivered(ServerName destination, long upTo) implements ToDeviceChange {}

  /// Up to which position the log of device lists was told to other servers.
  record DeviceListsBroadcast(long upTo) implements ToDeviceChange {}

  /// Up to which position servers were told about the devices of users with whom they came to share
  /// a room.
  record DeviceListsIntroduced(long upTo) implements ToDeviceChange {}
}
