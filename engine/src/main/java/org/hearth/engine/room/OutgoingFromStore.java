package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What other servers must be told, with the servers that were in the room.
final class OutgoingFromStore implements OutgoingEvents {
  private final OutgoingStore store;
  private final RoomMemory memory;
  private final ServerName us;

  OutgoingFromStore(OutgoingStore store, RoomMemory memory, ServerName us) {
    this.store = store;
    this.memory = memory;
    this.us = us;
  }

  @Override
  public List<Outgoing> after(long position, long upTo, int limit) {
    return outgoing(store.outgoing(position, upTo, limit));
  }

  @Override
  public List<Outgoing> after(ServerName destination, long position, long upTo, int limit) {
    return outgoing(store.outgoing(destination, position, upTo, limit));
  }

  private List<Outgoing> outgoing(List<OutgoingStore.Row> rows) {
    var ordinals = new HashMap<RoomKey, List<Integer>>();
    for (var row : rows)
      ordinals.computeIfAbsent(row.room(), _ -> new ArrayList<>()).add(row.ordinal());
    var events = new HashMap<RoomKey, java.util.Map<Integer, RoomEvent>>();
    ordinals.forEach((room, list) -> events.put(room, memory.events(room, list)));
    var outgoing = new ArrayList<Outgoing>(rows.size());
    for (var row : rows) {
      var event = events.getOrDefault(row.room(), java.util.Map.of()).get(row.ordinal());
      if (event == null) continue;
      var servers = new TreeSet<>(row.servers());
      removed(event.event(), servers);
      servers.remove(us);
      servers.remove(event.event().sender().serverName());
      outgoing.add(new Outgoing(row.position(), row.room().id(), event.event().eventId(), servers));
    }
    return outgoing;
  }

  /// A user who was only invited hears that the invite is void.
  private static void removed(Event event, TreeSet<ServerName> servers) {
    if (!event.type().equals(EventType.MEMBER)) return;
    var membership = event.membership().orElse("");
    if (membership.equals("leave") || membership.equals("ban"))
      event.stateKey().flatMap(UserId::tryParse).ifPresent(user -> servers.add(user.serverName()));
  }

  @Override
  public List<ObjectNode> federationForm(List<EventId> eventIds) {
    var events = memory.events(eventIds);
    var forms = new ArrayList<ObjectNode>(eventIds.size());
    for (var id : eventIds) {
      var event = events.get(id);
      if (event != null) forms.add(event.event().json());
    }
    return forms;
  }
}
