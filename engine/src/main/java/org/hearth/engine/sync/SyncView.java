package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.devicelists.DeviceListChanges;
import org.hearth.e2ee.keys.KeyCounts;
import org.hearth.e2ee.todevice.ToDeviceInbox;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.EventFilter;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.presence.Presence;
import org.hearth.engine.userdata.AccountData;
import org.hearth.engine.userdata.UserDataStore;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// What is new for a device between its token and now. Asks only for what changed, as [Freshness]
/// knows.
public final class SyncView {
  private static final int MAX_TO_DEVICE = 100;
  private static final int COUNTS = 600;
  private static final int DEVICE = 200;

  private final SyncRooms rooms;
  private final AccountData accountData;
  private final ToDeviceInbox inbox;
  private final DeviceListChanges deviceLists;
  private final SharedRooms sharedRooms;
  private final Presence presence;
  private final IgnoredUsers ignoredUsers;
  private final KeyCounts keyCounts;
  private final Freshness freshness;
  private final Remembered<Topic.Device, Counts> countsOf;

  private final Remembered<Topic.Device, Boolean> waiting;

  private record Counts(Map<String, Integer> oneTimeKeys, Collection<String> unusedFallback) {}

  public SyncView(
      SyncRooms rooms,
      AccountData accountData,
      ToDeviceInbox inbox,
      DeviceListChanges deviceLists,
      SharedRooms sharedRooms,
      KeyCounts keyCounts,
      Presence presence,
      IgnoredUsers ignoredUsers,
      Freshness freshness,
      MemoryBudget budget) {
    this.rooms = rooms;
    this.accountData = accountData;
    this.inbox = inbox;
    this.deviceLists = deviceLists;
    this.sharedRooms = sharedRooms;
    this.presence = presence;
    this.ignoredUsers = ignoredUsers;
    this.keyCounts = keyCounts;
    this.freshness = freshness;
    this.waiting = new Remembered<>(freshness, budget, Share.INBOXES, (_, _) -> DEVICE);
    this.countsOf = new Remembered<>(freshness, budget, Share.KEY_COUNTS, (_, _) -> COUNTS);
  }

  /// Up to which position an answer may reach: what is newer may not be noted as changed yet, and
  /// would be passed over.
  long heard() {
    return freshness.heard();
  }

  /// The device has what was answered with this token. For most nothing waits, which is remembered.
  void acknowledge(Requester requester, SyncToken token) {
    if (requester.deviceId() == null) return;
    var device = new Topic.Device(requester.userId(), requester.deviceId());
    if (!waiting.get(device, device, () -> inbox.waits(device.userId(), device.deviceId()))) return;
    inbox.acknowledge(device.userId(), device.deviceId(), token.toDevice());
    waiting.forget(device);
  }

  /// @param now what is durable, and heard of, at this moment
  SyncAnswer between(Requester requester, SyncRequest request, SyncToken now) {
    var since = request.since();
    long after = since == null ? 0 : since.position();
    var data = accountData(requester, after, now.position());
    var toDevice = toDevice(requester, since, now);
    var found = rooms.between(requester, request, now, ofRooms(data, request));
    var sharing = sharing(requester, since, now, found.membersMoved());
    var lists = deviceLists(requester, since, now, sharing);
    var present = presence(requester, request, now, sharing);
    boolean counts =
        since == null
            || requester.deviceId() == null
            || freshness.changedAfter(
                new Topic.Device(requester.userId(), requester.deviceId()), after);
    var global = ofNoRoom(data, request.filter().accountData());
    boolean news =
        since == null
            || request.fullState()
            || !global.isEmpty()
            || !toDevice.messages().isEmpty()
            || !found.rooms().empty()
            || lists != null
            || !present.isEmpty()
            || counts;
    var next =
        new SyncToken(now.position(), toDevice.upTo(), now.boot(), now.sequence(), now.presence());
    return new SyncAnswer(
        next.toString(),
        SyncAnswer.Events.orNull(global),
        SyncAnswer.Events.orNull(present),
        found.rooms().empty() ? null : found.rooms(),
        SyncAnswer.Events.orNull(render(toDevice)),
        lists,
        Map.of(),
        List.of(),
        news);
  }

  /// The answer as it goes out, with the key counts, also when there is no other news: clients take
  /// an empty list of unused fallback keys for a reason to upload new ones.
  SyncAnswer withKeyCounts(Requester requester, SyncAnswer answer) {
    if (requester.deviceId() == null) return answer;
    var device = new Topic.Device(requester.userId(), requester.deviceId());
    var counts =
        countsOf.get(
            device,
            device,
            () ->
                new Counts(
                    keyCounts.oneTimeKeys(device.userId(), device.deviceId()),
                    keyCounts.unusedFallbackTypes(device.userId(), device.deviceId())));
    return answer.withKeyCounts(counts.oneTimeKeys(), counts.unusedFallback());
  }

  private List<UserDataStore.Datum> accountData(Requester requester, long after, long upTo) {
    // At first also what nobody ever set, like the predefined push rules.
    return after == 0 || freshness.changedAfter(new Topic.User(requester.userId()), after)
        ? accountData.changed(requester.userId(), after, upTo)
        : List.of();
  }

  private static List<ObjectNode> ofNoRoom(List<UserDataStore.Datum> data, EventFilter filter) {
    var events = new ArrayList<ObjectNode>();
    for (var datum : data) {
      if (datum.roomId() == null && filter.accepts(datum.type(), null)) events.add(event(datum));
    }
    return events;
  }

  private static Map<RoomId, List<ObjectNode>> ofRooms(
      List<UserDataStore.Datum> data, SyncRequest request) {
    var byRoom = new LinkedHashMap<RoomId, List<ObjectNode>>();
    for (var datum : data) {
      if (datum.roomId() != null
          && request.filter().room().accountData().acceptsType(datum.type())
          && request.filter().room().accountData().acceptsRoom(datum.roomId().value()))
        byRoom.computeIfAbsent(datum.roomId(), _ -> new ArrayList<>()).add(event(datum));
    }
    return byRoom;
  }

  private static ObjectNode event(UserDataStore.Datum datum) {
    var event = Json.object().put("type", datum.type());
    event.set("content", datum.content());
    return event;
  }

  private ToDeviceInbox.Page toDevice(
      Requester requester, @Nullable SyncToken since, SyncToken now) {
    long after = since == null ? 0 : since.toDevice();
    if (requester.deviceId() == null
        || (since != null
            && !freshness.changedAfter(
                new Topic.Device(requester.userId(), requester.deviceId()), after)))
      return new ToDeviceInbox.Page(List.of(), now.position(), false);
    return inbox.between(
        requester.userId(), requester.deviceId(), after, now.position(), MAX_TO_DEVICE);
  }

  private static List<ObjectNode> render(ToDeviceInbox.Page page) {
    return page.messages().stream()
        .map(
            message -> {
              var event =
                  Json.object().put("type", message.type()).put("sender", message.sender().value());
              event.set("content", message.content());
              return event;
            })
        .toList();
  }

  /// Who began and ceased to share a room with the user since the token; null if there is certainly
  /// nothing to say about anybody's devices.
  private SharedRooms.@Nullable Changes sharing(
      Requester requester, @Nullable SyncToken since, SyncToken now, boolean membersMoved) {
    if (since == null) return null;
    return membersMoved || freshness.changedAfter(new Topic.DeviceLists(), since.position())
        ? sharedRooms.between(requester.userId(), since.position(), now.position())
        : null;
  }

  /// "Devices of users who share an encrypted room ... that were added, updated or removed since":
  /// nothing to say at first, when the client asks for all keys anyway.
  private SyncAnswer.@Nullable DeviceLists deviceLists(
      Requester requester,
      @Nullable SyncToken since,
      SyncToken now,
      SharedRooms.@Nullable Changes sharing) {
    if (since == null || sharing == null) return null;
    var changes =
        deviceLists.between(requester.userId(), since.position(), now.position(), sharing);
    return changes.changed().isEmpty() && changes.left().isEmpty()
        ? null
        : new SyncAnswer.DeviceLists(changes.changed(), changes.left());
  }

  /// All who are present at first; then whose presence changed, and whom the user met.
  private List<ObjectNode> presence(
      Requester requester,
      SyncRequest request,
      SyncToken now,
      SharedRooms.@Nullable Changes sharing) {
    var since = request.since();
    boolean goesOn = since != null && since.boot() == now.boot() && !request.fullState();
    long after = since != null && goesOn ? since.presence() : 0;
    var filter = request.filter().presence();
    Set<UserId> met = sharing == null ? Set.of() : sharing.began();
    if (goesOn && after >= now.presence() && met.isEmpty()) return List.of();
    var ignored = ignoredUsers.of(requester.userId()).stream().map(UserId::value).toList();
    var events =
        presence.changed(requester.userId(), after, met).stream()
            .filter(
                event -> {
                  var sender = event.path("sender").textValue();
                  return filter.accepts(Presence.TYPE, sender) && !ignored.contains(sender);
                })
            .toList();
    int limit = filter.limit() == null ? events.size() : Math.max(0, filter.limit());
    return events.subList(Math.max(0, events.size() - limit), events.size());
  }
}
