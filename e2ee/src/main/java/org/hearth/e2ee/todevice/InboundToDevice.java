package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.todevice.ToDeviceChange.RemoteMessageSeen;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [m.direct_to_device](https://spec.matrix.org/v1.19/server-server-api/#send-to-device-messaging)
/// EDUs of other servers. Never refused for being in clear: that is the sender's business; contents
/// are sealed like all others.
public final class InboundToDevice {
  private static final Logger LOG = LoggerFactory.getLogger(InboundToDevice.class);
  private static final int MAX_NAME = 255;

  private final ServerName ownName;
  private final Ledger ledger;
  private final ToDeviceStore store;
  private final UserLocks locks;
  private final Deliveries deliveries;

  public InboundToDevice(
      ServerName ownName,
      Ledger ledger,
      ToDeviceStore store,
      LocalDevices devices,
      UserLocks locks,
      InstantSource clock) {
    this.ownName = ownName;
    this.ledger = ledger;
    this.store = store;
    this.locks = locks;
    this.deliveries = new Deliveries(ownName, devices, store, clock);
  }

  /// Delivers an EDU's content, once for each `message_id` of a server; malformed ones are dropped.
  /// Returns when it is durable, so the transaction may be answered.
  public void receive(ServerName origin, ObjectNode content) {
    var sender = UserId.tryParse(content.path("sender").asText(""));
    var type = content.path("type").asText("");
    var messageId = content.path("message_id").asText("");
    boolean good =
        sender.isPresent()
            && sender.get().serverName().equals(origin)
            && isName(type)
            && isName(messageId)
            && content.path("messages").isObject();
    if (!good) {
      LOG.debug("Dropped a malformed m.direct_to_device of {}", origin);
      return;
    }
    var messages = messages((ObjectNode) content.path("messages"));
    locks.locked(
        sender.get(),
        () -> {
          if (store.isSeen(origin, messageId)) return false;
          var now = deliveries.now();
          var changes = new ArrayList<Change>();
          changes.add(new RemoteMessageSeen(origin, messageId, now));
          changes.addAll(deliveries.toLocal(sender.get(), type, messages));
          changes.addAll(deliveries.cleanup(now));
          ledger.write(Entry.of(Lane.FEDERATION, List.copyOf(changes)));
          return true;
        });
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && text.length() <= MAX_NAME && text.indexOf('\0') < 0;
  }

  private ToDeviceMessages messages(ObjectNode messages) {
    var byUser = new TreeMap<UserId, Map<String, ObjectNode>>();
    for (var entry : messages.properties()) {
      var user = UserId.tryParse(entry.getKey());
      if (user.isEmpty() || !user.get().serverName().equals(ownName)) continue;
      var byDevice = new TreeMap<String, ObjectNode>();
      for (var device : entry.getValue().properties())
        if (device.getValue() instanceof ObjectNode content) byDevice.put(device.getKey(), content);
      byUser.put(user.get(), byDevice);
    }
    return new ToDeviceMessages(byUser);
  }
}
