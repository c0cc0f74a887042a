package org.hearth.engine.room;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hearth.engine.room.RoomChange.AppendEvent;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.RoomChange.Membership;
import org.hearth.engine.room.RoomChange.NewKey;
import org.hearth.engine.room.RoomChange.Occupancy;
import org.hearth.engine.room.RoomChange.Relation;
import org.hearth.engine.room.Snapshot.Head;
import org.hearth.engine.room.state.StateTree;
import org.hearth.ledger.Change;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// One ledger entry of a room in the making, under the room's lock: events on top of each other,
/// and everything that follows from them.
final class RoomEntry {
  /// How many events before one are looked at for heads that it passes.
  private static final int PASSED = 100;

  /// How many events before the heads are looked at for one that came late.
  private static final int BEFORE_HEADS = 300;

  private final RoomData data;
  private final ServerName us;
  private final RoomWriter writer;
  private final StateEdit edit;
  private final List<Change> changes = new ArrayList<>();
  private final List<NewKey> newKeys = new ArrayList<>();

  /// Visible to the room's writer while the change that stores it is made; null otherwise.
  private @Nullable RoomEvent placing;

  private Snapshot now;

  RoomEntry(RoomWriter writer, Snapshot now) {
    this.writer = writer;
    this.data = writer.data();
    this.us = writer.us();
    this.edit = new StateEdit(data);
    this.now = now;
  }

  RoomData data() {
    return data;
  }

  /// The room with everything that this entry has so far.
  Snapshot now() {
    return now;
  }

  List<Change> changes() {
    return changes;
  }

  /// Which events that may not be durable yet name this one as their predecessor.
  RoomStore.Named named(EventId id) {
    return writer.named(id);
  }

  /// Ordinal of a redaction of the event that may not be durable yet; 0 if there is none.
  int redacting(EventId target) {
    return writer.redacting(target);
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  void add(Change change) {
    changes.add(change);
  }

  /// Takes nodes that were made outside the lock, to be stored with the next event.
  void adopt(StateEdit other) {
    other.take().forEach(edit::created);
  }

  StateEdit edit() {
    return edit;
  }

  /// Appends an event.
  RoomEvent append(Arrival arrival) {
    var event = arrival.event();
    int ordinal = arrival.known() == null ? writer.nextOrdinal() : arrival.known().ordinal();
    long after = arrival.stateBefore();
    if (arrival.changesState())
      after = StateTree.with(edit, after, keyOrdinal(event.stateKeyPair()), ordinal);
    var placed =
        new RoomEvent(
            data.key(),
            ordinal,
            event,
            0,
            arrival.standing(),
            arrival.stateBefore(),
            after,
            0,
            arrival.authOrdinals(),
            arrival.redactedBy(),
            arrival.transactionId());
    placing = placed;
    data.pending(placed);

    boolean live = arrival.entrance() == Entrance.LIVE;
    var before = now;
    if (live && arrival.isAccepted()) now = moved(placed, arrival);
    else if (live && arrival.referenced()) now = passedBehind(placed);
    var occupancy = now.root() == before.root() ? Occupancy.UNCHANGED : occupancy(before, placed);
    if (live)
      placed =
          new RoomEvent(
              data.key(),
              ordinal,
              event,
              0,
              arrival.standing(),
              arrival.stateBefore(),
              after,
              now.root(),
              arrival.authOrdinals(),
              arrival.redactedBy(),
              arrival.transactionId());
    data.pending(placed);
    changes.add(
        new AppendEvent(
            placed,
            arrival.entrance(),
            arrival.known() != null,
            arrival.rejectedFor(),
            edit.take(),
            takeKeys(),
            live ? now.heads().stream().map(Head::ordinal).toList() : null,
            occupancy,
            arrival.redaction(),
            relation(event).orElse(null),
            arrival.missing(),
            arrival.outgoing()));
    placing = null;
    return placed;
  }

  /// What comes later than an event that follows it ends what lies before it, and is no end itself.
  private Snapshot moved(RoomEvent event, Arrival arrival) {
    var passed = passed(event);
    var heads = new ArrayList<Head>();
    for (var head : now.heads()) if (!passed.contains(head.eventId())) heads.add(head);
    if (!arrival.referenced() || heads.isEmpty()) heads.add(Head.of(event));
    return at(heads);
  }

  /// A refused event that something accepted stands upon came late: what lies before it lies before
  /// that as well.
  private Snapshot passedBehind(RoomEvent refused) {
    var passed = passed(refused);
    var heads = now.heads().stream().filter(head -> !passed.contains(head.eventId())).toList();
    return heads.isEmpty() || heads.size() == now.heads().size() ? now : at(heads);
  }

  private Snapshot at(List<Head> heads) {
    var states = states(heads);
    long root =
        states.equals(states(now.heads())) ? now.root() : Resolution.resolve(data, edit, states);
    return new Snapshot(heads, root, now.occupants(), now.position());
  }

  /// What lies before the event, as far as it can be a head: its previous events, and where those
  /// are rejected or soft-failed (which nothing of ours refers to) what lies before them.
  private Set<EventId> passed(RoomEvent event) {
    var passed = new HashSet<>(event.event().prevEvents());
    var next = List.copyOf(passed);
    // Usually all are heads, and those were accepted.
    var heads = now.heads().stream().map(Head::eventId).toList();
    next = next.stream().filter(id -> !heads.contains(id)).toList();
    while (!next.isEmpty() && passed.size() < PASSED) {
      var before = new ArrayList<EventId>();
      for (var known : data.eventsById(next).values()) {
        if (known.isOutlier() || known.isAccepted()) continue;
        for (var id : known.event().prevEvents()) if (passed.add(id)) before.add(id);
      }
      next = before;
    }
    return passed;
  }

  /// Whether an event that is not stored yet lies before one of the heads: it came late, and only
  /// events that were refused name it, but something accepted stands upon those.
  boolean liesBeforeHeads(Event late) {
    var seen = new HashSet<EventId>();
    var next = now.heads().stream().map(Head::eventId).filter(seen::add).toList();
    while (!next.isEmpty() && seen.size() < BEFORE_HEADS) {
      var before = new ArrayList<EventId>();
      for (var known : data.eventsById(next).values()) {
        var event = known.event();
        if (event.prevEvents().contains(late.eventId())) return true;
        // What lies before something is less deep, unless somebody lied.
        if (known.isOutlier() || event.depth() <= late.depth()) continue;
        for (var id : event.prevEvents()) if (seen.add(id)) before.add(id);
      }
      next = before;
    }
    return false;
  }

  private static Set<Long> states(List<Head> heads) {
    return heads.stream().map(Head::stateAfter).collect(Collectors.toSet());
  }

  /// Forgets the heads: this server was not in the room, and what comes next stands for itself.
  void leaveHeadsBehind() {
    now = new Snapshot(List.of(), now.root(), now.occupants(), now.position());
  }

  /// The members whose event differs between the current states before and after.
  private Occupancy occupancy(Snapshot before, RoomEvent cause) {
    var changed = new HashMap<Integer, int[]>();
    StateTree.compare(
        data, before.root(), now.root(), (key, a, b) -> changed.put(key, new int[] {a, b}));
    var keys = data.keysAt(changed.keySet());
    var memberKeys = new ArrayList<Integer>();
    var wanted = new ArrayList<Integer>();
    for (int key : changed.keySet().stream().sorted().toList()) {
      var name = keys.get(key);
      if (name == null || !name.type().equals(EventType.MEMBER)) continue;
      memberKeys.add(key);
      for (int ordinal : changed.getOrDefault(key, new int[0]))
        if (ordinal != 0) wanted.add(ordinal);
    }
    if (memberKeys.isEmpty()) return Occupancy.UNCHANGED;
    var events = data.events(wanted);
    var memberships = new ArrayList<Membership>();
    var moves = new ArrayList<Occupants.Move>();
    for (int key : memberKeys) {
      var user = UserId.tryParse(keyName(keys, key)).orElse(null);
      var pair = changed.get(key);
      if (user == null || pair == null) continue;
      var was = pair[0] == 0 ? null : events.get(pair[0]);
      var is = pair[1] == 0 ? null : events.get(pair[1]);
      memberships.add(
          new Membership(
              user,
              membership(is),
              (is == null ? cause : is).event().eventId(),
              (is == null ? cause : is).event().sender(),
              user.serverName().equals(us)));
      moves.add(new Occupants.Move(user.serverName(), membership(was), membership(is)));
    }
    var occupants = before.occupants().after(moves);
    now = new Snapshot(now.heads(), now.root(), occupants, now.position());
    return new Occupancy(
        memberships,
        before.occupants().arrivedIn(occupants),
        occupants.arrivedIn(before.occupants()));
  }

  private static String keyName(Map<Integer, StateKey> keys, int ordinal) {
    var key = keys.get(ordinal);
    return key == null ? "" : key.key();
  }

  private static String membership(@Nullable RoomEvent event) {
    return event == null ? "leave" : event.event().membership().orElse("leave");
  }

  /// The key's ordinal, a new one if the room never had the key.
  int keyOrdinal(StateKey key) {
    var known = data.keyOrdinals(List.of(key)).get(key);
    if (known != null) return known;
    var added = new NewKey(writer.nextKey(), key);
    newKeys.add(added);
    data.pending(added);
    return added.ordinal();
  }

  private List<NewKey> takeKeys() {
    var taken = List.copyOf(newKeys);
    newKeys.clear();
    return taken;
  }

  private static Optional<Relation> relation(Event event) {
    JsonNode relatesTo = event.content().path("m.relates_to");
    var type = relatesTo.path("rel_type").textValue();
    var target = relatesTo.path("event_id").textValue();
    if (type == null || target == null || event.isState() || type.length() > 255)
      return Optional.empty();
    return EventId.tryParse(target).map(id -> new Relation(id, type));
  }

  /// Nothing of this entry will be written.
  void discard() {
    for (var change : changes) if (change instanceof AppendEvent append) data.forget(append);
    // What failed half-way must not be taken for known.
    if (placing != null) data.forget(placing);
    edit.discard();
    for (var key : newKeys) data.forgetKey(key);
  }
}
