package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.todevice.ToDeviceChange.InboxAcknowledged;
import org.hearth.e2ee.todevice.ToDeviceChange.MessageArrived;
import org.hearth.e2ee.todevice.ToDeviceChange.SeenForgotten;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Turns messages for local users into changes: one for each device, and what keeps the tables
/// bounded.
final class Deliveries {
  /// How many messages wait for one device; when more come, the oldest go. A device that never
  /// comes back must not fill the disk.
  static final int MAX_INBOX = 20_000;

  private static final Duration TRANSACTIONS_KEPT = Duration.ofHours(24);
  private static final Duration MESSAGE_IDS_KEPT = Duration.ofDays(30);
  private static final Duration BETWEEN_CLEANUPS = Duration.ofHours(1);

  private record Inbox(UserId user, String deviceId) {}

  private final ServerName ownName;
  private final LocalDevices devices;
  private final ToDeviceStore store;
  private final InstantSource clock;
  private final FullQueues inboxes = new FullQueues();
  private final AtomicReference<Instant> cleanedUp = new AtomicReference<>(Instant.EPOCH);

  Deliveries(ServerName ownName, LocalDevices devices, ToDeviceStore store, InstantSource clock) {
    this.ownName = ownName;
    this.devices = devices;
    this.store = store;
    this.clock = clock;
  }

  /// Messages for unknown users and devices are dropped, as the specification has no error for it.
  List<Change> toLocal(UserId sender, String type, ToDeviceMessages messages) {
    var changes = new ArrayList<Change>();
    messages
        .byUser()
        .forEach(
            (user, byDevice) -> {
              if (user.serverName().equals(ownName)) toUser(sender, type, user, byDevice, changes);
            });
    return changes;
  }

  private void toUser(
      UserId sender,
      String type,
      UserId user,
      Map<String, ObjectNode> byDevice,
      List<Change> changes) {
    var forAll = byDevice.get(ToDeviceMessages.ALL_DEVICES);
    for (var deviceId : devices.of(user).keySet()) {
      var content = byDevice.getOrDefault(deviceId, forAll);
      if (content == null) continue;
      changes.add(new MessageArrived(user, deviceId, sender, type, content));
      if (inboxes.isTimeToCount(new Inbox(user, deviceId))) {
        store
            .olderThanNewest(user, deviceId, MAX_INBOX)
            .ifPresent(upTo -> changes.add(new InboxAcknowledged(user, deviceId, upTo)));
      }
    }
  }

  /// Once an hour, also what makes the lists of seen requests and messages short again.
  List<Change> cleanup(Instant now) {
    var last = cleanedUp.get();
    if (last.plus(BETWEEN_CLEANUPS).isAfter(now) || !cleanedUp.compareAndSet(last, now))
      return List.of();
    return List.of(new SeenForgotten(now.minus(TRANSACTIONS_KEPT), now.minus(MESSAGE_IDS_KEPT)));
  }

  Instant now() {
    return clock.instant();
  }
}
