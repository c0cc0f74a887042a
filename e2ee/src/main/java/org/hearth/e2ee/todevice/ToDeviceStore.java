package org.hearth.e2ee.todevice;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What is durable about send-to-device messages.
public interface ToDeviceStore {

  /// Messages with `position > after`, in order.
  List<InboxMessage> inbox(UserId user, String deviceId, long after, int limit);

  /// The position of the oldest message.
  OptionalLong oldest(UserId user, String deviceId);

  /// The position of the newest message that has at least `newer` newer ones in the inbox.
  OptionalLong olderThanNewest(UserId user, String deviceId, int newer);

  boolean isDone(UserId user, String deviceId, String transactionId);

  boolean isSeen(ServerName origin, String messageId);

  /// EDUs with `position > after`, in order.
  List<QueuedEdu> queue(ServerName destination, long after, int limit);

  /// The position of the newest EDU that has at least `newer` newer ones in the queue.
  OptionalLong queuedOlderThanNewest(ServerName destination, int newer);

  /// Servers with EDUs in their queue.
  SortedSet<ServerName> destinations();

  /// Empty before the first.
  Optional<Long> deviceListsBroadcast();

  /// Empty before the first.
  Optional<Long> deviceListsIntroduced();
}
