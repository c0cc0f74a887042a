package org.hearth.simulator.memory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.room.RoomChange.AppendEvent;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// The rows of one room.
final class MemoryRoom {
  static final long STILL = Long.MAX_VALUE;

  /// An interval of positions in which a server had joined members, both ends included.
  record Presence(long since, long until) {
    boolean covers(long position) {
      return since <= position && position <= until;
    }
  }

  record Sent(EventId eventId, long atMs) {}

  final RoomKey key;
  List<Integer> heads = List.of();
  long root;
  long position;
  final TreeMap<Integer, RoomEvent> events = new TreeMap<>();
  final Map<EventId, Integer> ordinals = new HashMap<>();
  final TreeMap<Long, Integer> positions = new TreeMap<>();

  /// Names of the rules by which events were rejected or soft-failed.
  final Map<EventId, String> refusals = new HashMap<>();

  final Map<StateKey, Integer> keys = new HashMap<>();
  final TreeMap<Integer, StateKey> keysAt = new TreeMap<>();
  final TreeMap<Long, NodeGroup> groups = new TreeMap<>();
  final TreeMap<UserId, String> members = new TreeMap<>();
  final TreeMap<ServerName, TreeMap<Long, Presence>> servers = new TreeMap<>();
  final Map<TransactionId, Sent> transactions = new HashMap<>();
  final Map<EventId, TreeMap<Integer, String>> relations = new HashMap<>();
  final Map<EventId, TreeSet<Integer>> redactions = new HashMap<>();

  /// By the missing event: depths of those that name it, by their ordinals.
  final Map<EventId, NavigableMap<Integer, Long>> gaps = new HashMap<>();

  MemoryRoom(RoomKey key) {
    this.key = key;
  }

  void append(AppendEvent append, long at) {
    var event = append.event();
    for (var group : NodeGroup.of(append.nodes())) groups.put(group.number(), group);
    for (var added : append.keys()) {
      keys.put(added.key(), added.ordinal());
      keysAt.put(added.ordinal(), added.key());
    }
    boolean live = append.entrance() == Entrance.LIVE;
    store(live ? at(event, at) : event);
    if (live) positions.put(at, event.ordinal());
    var rule = append.rejectedFor();
    if (rule == null) refusals.remove(event.event().eventId());
    else refusals.put(event.event().eventId(), rule);
    if (append.heads() != null) {
      heads = List.copyOf(append.heads());
      root = event.roomState();
      position = at;
    }
    for (var member : append.occupancy().memberships())
      members.put(member.user(), member.membership());
    for (var server : append.occupancy().arrived())
      servers.computeIfAbsent(server, _ -> new TreeMap<>()).put(at, new Presence(at, STILL));
    for (var server : append.occupancy().departed())
      servers
          .getOrDefault(server, new TreeMap<>())
          .replaceAll(
              (_, presence) ->
                  presence.until() == STILL ? new Presence(presence.since(), at) : presence);
    var transaction = event.transactionId();
    if (transaction != null)
      transactions.put(
          transaction, new Sent(event.event().eventId(), event.event().originServerTs()));
    var relation = append.relation();
    if (relation != null)
      relations
          .computeIfAbsent(relation.target(), _ -> new TreeMap<>())
          .putIfAbsent(event.ordinal(), relation.type());
    var redaction = append.redaction();
    if (redaction != null) {
      redactions.computeIfAbsent(redaction.target(), _ -> new TreeSet<>()).add(event.ordinal());
      if (redaction.applied() != 0) redact(redaction.applied(), event.ordinal());
    }
    for (var missing : append.missing())
      gaps.computeIfAbsent(missing, _ -> new TreeMap<>())
          .putIfAbsent(event.ordinal(), event.event().depth());
  }

  private void store(RoomEvent event) {
    events.put(event.ordinal(), event.redactedBy() == 0 ? event : redacted(event, event));
    ordinals.put(event.event().eventId(), event.ordinal());
  }

  void redact(int target, int by) {
    events.computeIfPresent(
        target, (_, event) -> redacted(event, with(event, event.position(), by)));
  }

  private static RoomEvent redacted(RoomEvent event, RoomEvent place) {
    return new RoomEvent(
        place.room(),
        place.ordinal(),
        Redaction.redact(event.event()),
        place.position(),
        place.standing(),
        place.stateBefore(),
        place.stateAfter(),
        place.roomState(),
        place.authOrdinals(),
        place.redactedBy(),
        place.transactionId());
  }

  private static RoomEvent at(RoomEvent event, long position) {
    return with(event, position, event.redactedBy());
  }

  private static RoomEvent with(RoomEvent event, long position, int redactedBy) {
    return new RoomEvent(
        event.room(),
        event.ordinal(),
        event.event(),
        position,
        event.standing(),
        event.stateBefore(),
        event.stateAfter(),
        event.roomState(),
        event.authOrdinals(),
        redactedBy,
        event.transactionId());
  }

  /// What the primary keys and unique indexes of the tables would refuse. Changes of one batch see
  /// each other.
  void check(AppendEvent append, HashSet<Object> taken) {
    var event = append.event();
    long room = key.number();
    var place = List.of(room, "event", event.ordinal());
    boolean fresh = !events.containsKey(event.ordinal()) && taken.add(place);
    if (!fresh && !append.replacesOutlier()) throw conflict("event " + event.ordinal());
    var id = event.event().eventId();
    Integer known = ordinals.get(id);
    boolean second = known != null ? known != event.ordinal() : !taken.add(id);
    if (second && !append.replacesOutlier()) throw conflict(id.value());
    for (var group : NodeGroup.of(append.nodes()))
      if (groups.containsKey(group.number()) || !taken.add(List.of(room, "nodes", group.number())))
        throw conflict("nodes " + group.number());
    for (var added : append.keys())
      if (keysAt.containsKey(added.ordinal())
          || keys.containsKey(added.key())
          || !taken.add(List.of(room, "key", added.ordinal()))
          || !taken.add(List.of(room, "name", added.key()))) throw conflict(added.key().toString());
  }

  private IllegalStateException conflict(String what) {
    return new IllegalStateException("There is such a row in " + key.id() + " already: " + what);
  }
}
