package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hearth.e2ee.Fanout;
import org.hearth.engine.room.state.StateTree;
import org.hearth.ledger.Lane;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.room.RoomRules;

/// Asks other servers for what an event needs: its predecessors, the events that authorise it, the
/// state before it. Everything that comes back passes checks 1 to 3, or is left out.
final class Fetching {
  /// "The maximum number of events to retrieve."
  private static final int MISSING_EVENTS = 20;

  /// Fewer unknown events of a state are asked for one by one.
  private static final int ONE_BY_ONE = 10;

  /// Events of one answer whose signatures are checked at the same time: some wait for keys.
  private static final int CHECKED_AT_ONCE = 16;

  private final RemoteRooms remote;
  private final Receipt receipt;
  private final Fanout fanout;

  Fetching(RemoteRooms remote, Receipt receipt, Fanout fanout) {
    this.remote = remote;
    this.receipt = receipt;
    this.fanout = fanout;
  }

  /// Events between the room's heads and this one, oldest first.
  List<Event> between(ServerName server, RoomWriter writer, Event latest) {
    var heads = writer.tentative().heads();
    var earliest = heads.stream().map(Snapshot.Head::eventId).toList();
    long depth = heads.stream().mapToLong(Snapshot.Head::depth).min().orElse(0);
    var answer =
        remote.missingEvents(
            server,
            writer.key().id(),
            earliest,
            List.of(latest.eventId()),
            MISSING_EVENTS,
            Math.min(depth, latest.depth()));
    return answer instanceof Outcome.Done<List<ObjectNode>>(var pdus)
        ? read(writer, pdus)
        : List.of();
  }

  /// Which event the server has next to a time.
  Outcome<RemoteRooms.Nearest> nearest(
      ServerName server, RoomWriter writer, long timestampMs, Timeline.Direction direction) {
    return remote.timestampToEvent(server, writer.key().id(), timestampMs, direction);
  }

  /// History before the given events, oldest first.
  Outcome<List<Event>> history(
      ServerName server, RoomWriter writer, Collection<EventId> from, int limit) {
    return remote.backfill(server, writer.key().id(), from, limit).map(pdus -> read(writer, pdus));
  }

  private List<Event> read(RoomWriter writer, Collection<ObjectNode> pdus) {
    return read(pdus, writer.key().rules()).stream()
        .filter(event -> event.roomId().equals(writer.key().id()))
        .sorted(Comparator.comparingLong(Event::depth).thenComparing(Event::eventId))
        .toList();
  }

  /// Those that pass checks 1 to 3, each once.
  List<Event> read(Collection<ObjectNode> pdus, RoomRules rules) {
    var events = new ArrayList<Event>(pdus.size());
    Set<EventId> seen = new HashSet<>();
    for (var outcome :
        fanout.map(List.copyOf(pdus), CHECKED_AT_ONCE, pdu -> receipt.read(pdu, rules)))
      if (outcome instanceof Outcome.Done<Event>(var event) && seen.add(event.eventId()))
        events.add(event);
    return events;
  }

  /// Makes the event's auth events known, if the server has them.
  void authEvents(ServerName server, RoomWriter writer, Event event) {
    var known = writer.data().eventsById(event.authEvents());
    if (known.keySet().containsAll(event.authEvents())) return;
    var answer = remote.eventAuth(server, writer.key().id(), event.eventId());
    if (answer instanceof Outcome.Done<List<ObjectNode>>(var chain))
      Outliers.store(writer, read(writer, chain), Lane.FEDERATION);
  }

  /// The state before an event as the server has it, its events stored as outliers.
  Outcome<Receipt.Given> stateBefore(ServerName server, RoomWriter writer, EventId eventId) {
    var room = writer.key().id();
    return remote
        .stateIds(server, room, eventId)
        .then(
            ids -> {
              var unknown = unknown(writer, ids);
              if (!unknown.isEmpty()
                  && fetch(server, writer, eventId, unknown)
                      instanceof Outcome.Refused<Void>(var refusal))
                return Outcome.refused(refusal);
              return tree(writer, ids.state());
            });
  }

  private static List<EventId> unknown(RoomWriter writer, RemoteRooms.StateIds ids) {
    var wanted = new HashSet<>(ids.state());
    wanted.addAll(ids.authChain());
    wanted.removeAll(writer.data().eventsById(wanted).keySet());
    return wanted.stream().sorted().toList();
  }

  /// Refused if the server did not answer: a state with holes that others do not have would make
  /// this server disagree with them for ever.
  private Outcome<Void> fetch(
      ServerName server, RoomWriter writer, EventId at, List<EventId> unknown) {
    var pdus = new ArrayList<ObjectNode>();
    if (unknown.size() <= ONE_BY_ONE) {
      for (var id : unknown)
        if (remote.event(server, id) instanceof Outcome.Done<ObjectNode>(var pdu)) pdus.add(pdu);
    }
    // A server that is not in the room any more is given the state it was in, not single events.
    Outcome<Void> answered = Outcome.nothing();
    if (pdus.size() < unknown.size())
      answered =
          remote
              .state(server, writer.key().id(), at)
              .map(
                  state -> {
                    pdus.addAll(state.authChain());
                    pdus.addAll(state.state());
                    return state;
                  })
              .withoutValue();
    Outliers.store(writer, read(writer, pdus), Lane.FEDERATION);
    return answered;
  }

  /// A tree of those events of the state that are known and were not rejected.
  static Outcome<Receipt.Given> tree(RoomWriter writer, Collection<EventId> state) {
    var data = writer.data();
    var events = data.eventsById(state);
    if (events.size() < state.size() / 2)
      return Outcome.refused(ErrorCode.M_NOT_FOUND, "Most of the state's events could not be had.");
    var edit = new StateEdit(data);
    // An edit of the current state shares most of its nodes.
    long base = writer.tentative().root();
    return Outcome.done(
        new Receipt.Given(StateTree.with(edit, base, changes(data, base, events)), edit));
  }

  private static TreeMap<Integer, Integer> changes(
      RoomData data, long base, Map<EventId, RoomEvent> events) {
    var changes = new TreeMap<Integer, Integer>();
    data.entries(base).keySet().forEach(key -> changes.put(key, 0));
    var byKey = new HashMap<org.hearth.schemas.event.StateKey, RoomEvent>();
    for (var event : events.values())
      if (event.event().isState() && !event.isRejected())
        byKey.put(event.event().stateKeyPair(), event);
    var ordinals = data.keyOrdinals(byKey.keySet());
    byKey.forEach(
        (key, event) -> {
          var ordinal = ordinals.get(key);
          if (ordinal != null) changes.put(ordinal, event.ordinal());
        });
    return changes;
  }
}
