package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.e2ee.todevice.InboxMessage;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Inboxes of devices and queues towards servers.
public final class StoredToDevice implements ToDeviceStore {
  private final Reader reader;
  private final Sealed sealed;

  public StoredToDevice(Database database, Sealing sealing) {
    this.reader = new Reader(database);
    this.sealed = new Sealed(sealing);
  }

  private record SealedRow(long position, byte[] bytes) {}

  @Override
  public List<InboxMessage> inbox(UserId user, String deviceId, long after, int limit) {
    return reader
        .list(
            "SELECT position, message FROM to_device_inbox"
                + " WHERE user_id = ? AND device_id = ? AND position > ?"
                + " ORDER BY user_id, device_id, position LIMIT ?",
            row -> new SealedRow(row.getLong(1), row.getBytes(2)),
            user.value(),
            deviceId,
            after,
            limit)
        .stream()
        .map(row -> message(user, deviceId, row))
        .toList();
  }

  private InboxMessage message(UserId user, String deviceId, SealedRow row) {
    var place = Sealed.inbox(user.value(), deviceId, row.position());
    var message = sealed.open(KeyScope.account(user), place, row.bytes());
    return new InboxMessage(
        row.position(),
        new UserId(message.path("sender").asText()),
        message.path("type").asText(),
        (ObjectNode) message.path("content"));
  }

  @Override
  public OptionalLong oldest(UserId user, String deviceId) {
    return position(
        "SELECT position FROM to_device_inbox WHERE user_id = ? AND device_id = ?"
            + " ORDER BY user_id, device_id, position LIMIT 1",
        user.value(),
        deviceId);
  }

  @Override
  public OptionalLong olderThanNewest(UserId user, String deviceId, int newer) {
    return position(
        "SELECT position FROM to_device_inbox WHERE user_id = ? AND device_id = ?"
            + " ORDER BY user_id DESC, device_id DESC, position DESC LIMIT 1 OFFSET ?",
        user.value(),
        deviceId,
        newer);
  }

  @Override
  public boolean isDone(UserId user, String deviceId, String transactionId) {
    return reader
        .first(
            "SELECT 1 FROM to_device_transaction"
                + " WHERE user_id = ? AND device_id = ? AND transaction_id = ?",
            row -> row.getInt(1),
            user.value(),
            deviceId,
            transactionId)
        .isPresent();
  }

  @Override
  public boolean isSeen(ServerName origin, String messageId) {
    return reader
        .first(
            "SELECT 1 FROM to_device_seen WHERE origin = ? AND message_id = ?",
            row -> row.getInt(1),
            origin.value(),
            messageId)
        .isPresent();
  }

  @Override
  public List<QueuedEdu> queue(ServerName destination, long after, int limit) {
    return reader
        .list(
            "SELECT position, edu FROM outgoing_edu WHERE destination = ? AND position > ?"
                + " ORDER BY destination, position LIMIT ?",
            row -> new SealedRow(row.getLong(1), row.getBytes(2)),
            destination.value(),
            after,
            limit)
        .stream()
        .map(row -> edu(destination, row))
        .toList();
  }

  private QueuedEdu edu(ServerName destination, SealedRow row) {
    var place = Sealed.queue(destination.value(), row.position());
    var edu = sealed.open(KeyScope.server(), place, row.bytes());
    return new QueuedEdu(
        row.position(), edu.path("type").asText(), (ObjectNode) edu.path("content"));
  }

  @Override
  public OptionalLong queuedOlderThanNewest(ServerName destination, int newer) {
    return position(
        "SELECT position FROM outgoing_edu WHERE destination = ?"
            + " ORDER BY destination DESC, position DESC LIMIT 1 OFFSET ?",
        destination.value(),
        newer);
  }

  @Override
  public SortedSet<ServerName> destinations() {
    return new TreeSet<>(
        reader.list(
            "SELECT DISTINCT destination FROM outgoing_edu",
            row -> new ServerName(row.getString(1))));
  }

  @Override
  public Optional<Long> deviceListsBroadcast() {
    return cursor(ToDeviceRows.BROADCAST);
  }

  @Override
  public Optional<Long> deviceListsIntroduced() {
    return cursor(ToDeviceRows.INTRODUCED);
  }

  private Optional<Long> cursor(String name) {
    return reader.first(
        "SELECT position FROM e2ee_cursor WHERE name = ?", row -> row.getLong(1), name);
  }

  private OptionalLong position(String sql, Object... parameters) {
    return reader.list(sql, row -> row.getLong(1), parameters).stream()
        .mapToLong(position -> position)
        .findFirst();
  }
}
