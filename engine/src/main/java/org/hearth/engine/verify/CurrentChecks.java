package org.hearth.engine.verify;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.StateTree;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.Reading.Stored;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Where the room stands now: its heads, its current state, and the tables that follow from it.
final class CurrentChecks {
  private final Reading reading;
  private final Resolving resolving;
  private final StateChecks states;
  private final RoomFacts facts;
  private final ServerName us;
  private final Findings findings;

  /// Ordinals of live accepted events, and of those that an accepted event names as previous.
  private final BitSet live = new BitSet();

  private final BitSet followed = new BitSet();
  private int entries;

  CurrentChecks(
      Reading reading,
      Resolving resolving,
      StateChecks states,
      RoomFacts facts,
      ServerName us,
      Findings findings) {
    this.reading = reading;
    this.resolving = resolving;
    this.states = states;
    this.facts = facts;
    this.us = us;
    this.findings = findings;
  }

  /// Takes note of an event's place.
  ///
  /// @param previous its previous events that are stored with their place
  void note(Stored stored, Iterable<Stored> previous) {
    if (!stored.is(Standing.ACCEPTED)) return;
    var row = stored.row();
    if (row.position() > 0 && row.position() <= facts.position()) live.set(row.ordinal());
    for (var prev : previous) followed.set(prev.row().ordinal());
  }

  /// How many entries the current state has.
  int entries() {
    return entries;
  }

  void check() {
    heads();
    currentState();
    if (facts.root() == StateTree.EMPTY) return;
    var members = members();
    memberRows(members);
    locals();
    servers(members);
  }

  private void heads() {
    var known = reading.at(facts.heads());
    for (int head : facts.heads()) {
      var stored = known.get(head);
      if (stored == null)
        findings.add(Kind.WRONG_HEADS, "Event number " + head + " is a head and does not exist.");
      else if (!stored.is(Standing.ACCEPTED))
        findings.add(
            Kind.WRONG_HEADS,
            stored.row().id(),
            "It is a head, but it is " + EventChecks.standing(stored.row().standing()) + ".");
      else if (followed.get(head))
        findings.add(Kind.WRONG_HEADS, stored.row().id(), "It is a head, but others follow it.");
    }
    live.andNot(followed);
    facts.heads().forEach(live::clear);
    for (int left = live.nextSetBit(0); left >= 0; left = live.nextSetBit(left + 1)) {
      var event = reading.at(left);
      if (event.isEmpty()) continue;
      if (facts.interrupted())
        findings.add(
            Kind.EXTREMITY_LEFT_BEHIND,
            event.get().row().id(),
            "Nothing follows it, from a time before this server left the room.");
      else
        findings.add(
            Kind.WRONG_HEADS, event.get().row().id(), "Nothing follows it, but it is no head.");
    }
  }

  private void currentState() {
    var roots = new TreeSet<Long>();
    for (var head : reading.at(facts.heads()).values()) roots.add(head.row().stateAfter());
    if (roots.isEmpty()) return;
    states.compare(
        Kind.WRONG_CURRENT_STATE,
        "",
        "the room's current state",
        facts.root(),
        resolving.resolve(roots));
  }

  /// Member events of the current state by user; and that each entry is under its own key.
  private Map<String, Stored> members() {
    var members = new TreeMap<String, Stored>();
    var slice = new TreeMap<Integer, Integer>();
    StateTree.forEach(
        reading,
        facts.root(),
        (key, event) -> {
          entries++;
          slice.put(key, event);
          if (slice.size() == 500) take(slice, members);
        });
    take(slice, members);
    return members;
  }

  private void take(TreeMap<Integer, Integer> slice, Map<String, Stored> members) {
    var names = reading.namesOf(slice.keySet());
    var events = reading.at(slice.values());
    slice.forEach(
        (key, ordinal) -> {
          var name = names.get(key);
          var stored = events.get(ordinal);
          var event = stored == null ? null : stored.event();
          if (name == null || event == null || !event.isState(name)) {
            findings.add(
                Kind.WRONG_STATE_ENTRY,
                "The current state has "
                    + reading.idOf(ordinal)
                    + " under "
                    + reading.nameOf(key)
                    + ", where it does not belong.");
          } else if (name.type().equals(EventType.MEMBER)
              && UserId.tryParse(name.key()).isPresent()) {
            members.put(name.key(), stored);
          }
        });
    slice.clear();
  }

  private static String membership(Stored member) {
    return member.event() == null ? "leave" : member.event().membership().orElse("leave");
  }

  private void memberRows(Map<String, Stored> members) {
    members.forEach(
        (user, member) -> {
          var row = facts.members().get(user);
          var should = membership(member);
          if (row == null || !row.membership().equals(should))
            findings.add(
                Kind.WRONG_MEMBERSHIP,
                member.row().id(),
                user
                    + " is "
                    + should
                    + ", the table of members says "
                    + (row == null ? "nothing" : row.membership())
                    + ".");
          else if (UserId.tryParse(user)
              .filter(id -> id.serverName().value().equals(row.server()))
              .isEmpty())
            findings.add(
                Kind.WRONG_MEMBERSHIP,
                member.row().id(),
                user + " is listed under the server " + row.server() + ".");
        });
    facts
        .members()
        .forEach(
            (user, row) -> {
              if (!members.containsKey(user) && !row.membership().equals("leave"))
                findings.add(
                    Kind.WRONG_MEMBERSHIP,
                    "The table of members says "
                        + user
                        + " is "
                        + row.membership()
                        + ", the state has no member event.");
            });
  }

  /// Only as long as this server is in the room: afterwards others tell its users more than the
  /// state here knows.
  private void locals() {
    if (!facts.servers().contains(us.value())) return;
    for (var entry : new TreeMap<>(facts.locals()).entrySet()) {
      var user = UserId.tryParse(entry.getKey());
      if (user.isEmpty()) continue;
      var key = StateKey.member(user.get());
      var event = reading.stateEvents(facts.root(), List.of(key)).get(key);
      var should = event == null ? "leave" : event.membership().orElse("leave");
      var row = entry.getValue();
      boolean same = event == null || event.eventId().value().equals(row.eventId());
      if (!should.equals(row.membership()) || !same)
        findings.add(
            Kind.WRONG_MEMBERSHIP,
            user.get()
                + " is "
                + should
                + (event == null ? "" : " by " + event.eventId())
                + ", the list of the user's rooms says "
                + row.membership()
                + " by "
                + row.eventId()
                + ".");
    }
  }

  private void servers(Map<String, Stored> members) {
    var joined = new TreeSet<String>();
    members.forEach(
        (user, member) -> {
          if (membership(member).equals("join"))
            UserId.tryParse(user).ifPresent(id -> joined.add(id.serverName().value()));
        });
    for (var server : joined)
      if (!facts.servers().contains(server))
        findings.add(
            Kind.WRONG_SERVERS, server + " has a joined member, and is not among the servers.");
    for (var server : new TreeSet<>(facts.servers()))
      if (!joined.contains(server))
        findings.add(
            Kind.WRONG_SERVERS, server + " has no joined member, and is among the servers.");
  }
}
