package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.e2ee.policy.Verdict;
import org.hearth.e2ee.todevice.ToDeviceChange.EduQueued;
import org.hearth.e2ee.todevice.ToDeviceChange.EdusDelivered;
import org.hearth.e2ee.todevice.ToDeviceChange.TransactionDone;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// Messages of local users to devices, near and far.
public final class ToDevice {
  static final String DIRECT_TO_DEVICE = "m.direct_to_device";

  /// How many EDUs wait for one server; when more come, the oldest go. A server that never comes
  /// back must not fill the disk.
  static final int MAX_QUEUE = 100_000;

  private static final int MAX_RECIPIENTS = 20_000;

  /// Messages are gathered into EDUs of about this size, so that a transaction stays small.
  private static final int EDU_BYTES = 50_000;

  private static final int MAX_NAME = 255;

  private final ServerName ownName;
  private final Ledger ledger;
  private final ToDeviceStore store;
  private final UserLocks locks;
  private final EncryptionPolicy policy;
  private final SecureRandom random;
  private final Deliveries deliveries;
  private final FullQueues queues = new FullQueues();

  public ToDevice(
      ServerName ownName,
      Ledger ledger,
      ToDeviceStore store,
      LocalDevices devices,
      UserLocks locks,
      EncryptionPolicy policy,
      InstantSource clock,
      SecureRandom random) {
    this.ownName = ownName;
    this.ledger = ledger;
    this.store = store;
    this.locks = locks;
    this.policy = policy;
    this.random = random;
    this.deliveries = new Deliveries(ownName, devices, store, clock);
  }

  /// Delivers to local devices and queues for other servers, all in one durable entry. The same
  /// transaction ID of the same device does nothing the second time.
  ///
  /// Refuses what the encryption policy does not let pass (`M_FORBIDDEN`).
  public Outcome<Boolean> send(
      UserId sender,
      String deviceId,
      String type,
      String transactionId,
      ToDeviceMessages messages) {
    if (!isName(type) || !isName(transactionId))
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "Event type and transaction ID take 1 to 255 characters");
    int recipients = messages.byUser().values().stream().mapToInt(Map::size).sum();
    if (recipients > MAX_RECIPIENTS)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "Too many recipients in one request");
    for (var byDevice : messages.byUser().values()) {
      for (var content : byDevice.values()) {
        if (policy.checkToDevice(type, content) instanceof Verdict.Refused(var why))
          return Outcome.forbidden(why);
      }
    }
    return Outcome.done(
        locks.locked(sender, () -> sendLocked(sender, deviceId, type, transactionId, messages)));
  }

  private static boolean isName(String text) {
    return !text.isEmpty() && text.length() <= MAX_NAME && text.indexOf('\0') < 0;
  }

  /// False if it was sent before.
  private boolean sendLocked(
      UserId sender,
      String deviceId,
      String type,
      String transactionId,
      ToDeviceMessages messages) {
    if (store.isDone(sender, deviceId, transactionId)) return false;
    var now = deliveries.now();
    var changes = new ArrayList<Change>();
    changes.add(new TransactionDone(sender, deviceId, transactionId, now));
    changes.addAll(deliveries.toLocal(sender, type, messages));
    queue(sender, type, messages, changes);
    changes.addAll(deliveries.cleanup(now));
    ledger.write(changes.toArray(Change[]::new));
    return true;
  }

  private void queue(UserId sender, String type, ToDeviceMessages messages, List<Change> changes) {
    var byServer = new TreeMap<ServerName, Map<UserId, Map<String, ObjectNode>>>();
    messages
        .byUser()
        .forEach(
            (user, byDevice) -> {
              var server = user.serverName();
              if (!server.equals(ownName) && !byDevice.isEmpty())
                byServer.computeIfAbsent(server, _ -> new TreeMap<>()).put(user, byDevice);
            });
    byServer.forEach(
        (server, users) -> {
          for (var part : parts(users))
            changes.add(new EduQueued(server, DIRECT_TO_DEVICE, edu(sender, type, part)));
          if (queues.isTimeToCount(server)) {
            store
                .queuedOlderThanNewest(server, MAX_QUEUE)
                .ifPresent(upTo -> changes.add(new EdusDelivered(server, upTo)));
          }
        });
  }

  /// Contents by device ID by user, cut into parts of bounded size.
  private static List<ObjectNode> parts(Map<UserId, Map<String, ObjectNode>> users) {
    var parts = new ArrayList<ObjectNode>();
    var part = Json.object();
    int size = 0;
    for (var user : users.entrySet()) {
      for (var device : user.getValue().entrySet()) {
        int length = device.getValue().toString().length();
        if (size > 0 && size + length > EDU_BYTES) {
          parts.add(part);
          part = Json.object();
          size = 0;
        }
        part.withObjectProperty(user.getKey().value()).set(device.getKey(), device.getValue());
        size += length;
      }
    }
    if (size > 0) parts.add(part);
    return parts;
  }

  private ObjectNode edu(UserId sender, String type, ObjectNode messages) {
    var id = new byte[18];
    random.nextBytes(id);
    return Json.object()
        .put("sender", sender.value())
        .put("type", type)
        .put("message_id", Base64Unpadded.encodeUrlSafe(id))
        .set("messages", messages);
  }
}
