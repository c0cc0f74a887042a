package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// What a server may know of a space and the rooms right below it
/// ([hierarchy](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1hierarchyroomid)).
///
/// A room is accessible to a server if anybody could see it, or one of the server's users is or
/// could be in it.
final class SpaceSummaries {
  private static final String CHILD = "m.space.child";
  private static final int MAX_CHILDREN = 50;

  private final Rooms rooms;

  SpaceSummaries(Rooms rooms) {
    this.rooms = rooms;
  }

  Outcome<JsonNode> of(ServerName origin, RoomId roomId, boolean suggestedOnly) {
    Optional<RoomView> space = rooms.view(roomId).filter(view -> isAccessible(origin, view));
    if (space.isEmpty()) return Outcome.notFound("There is no such room that you may see.");
    List<Event> links = links(space.get(), suggestedOnly);
    ObjectNode body = Json.object();
    ObjectNode room = body.putObject("room");
    room.setAll(summary(space.get()));
    ArrayNode state = room.putArray("children_state");
    links.forEach(link -> state.add(stripped(link)));
    ArrayNode children = body.putArray("children");
    ArrayNode inaccessible = body.putArray("inaccessible_children");
    for (Event link : links) {
      RoomId.tryParse(link.stateKey().orElse(""))
          .flatMap(rooms::view)
          // A room that this server is not in any more is for other servers to tell about.
          .filter(RoomView::resident)
          .ifPresent(
              child -> {
                if (isAccessible(origin, child)) children.add(summary(child));
                else inaccessible.add(child.roomId().value());
              });
    }
    return Outcome.done(body);
  }

  /// The space's valid children; "the children are ordered by `order`" is left to who shows them.
  private static List<Event> links(RoomView space, boolean suggestedOnly) {
    List<Event> links = new ArrayList<>();
    if (!"m.space".equals(space.createEvent().contentString("type").orElse(""))) return links;
    for (Event link : space.stateOfType(CHILD)) {
      boolean valid = link.content().path("via").isArray();
      boolean suggested = link.content().path("suggested").asBoolean(false);
      if (valid && (suggested || !suggestedOnly)) links.add(link);
      if (links.size() >= MAX_CHILDREN) break;
    }
    return links;
  }

  private static ObjectNode stripped(Event link) {
    ObjectNode stripped = Json.object();
    stripped.put("type", link.type());
    stripped.put("state_key", link.stateKey().orElse(""));
    stripped.put("sender", link.sender().value());
    stripped.put("origin_server_ts", link.originServerTs());
    stripped.set("content", link.content());
    return stripped;
  }

  private static ObjectNode summary(RoomView view) {
    ObjectNode summary =
        (ObjectNode) Json.toTree(org.hearth.engine.directory.PublicRooms.Listed.of(view));
    summary.put("room_version", view.rules().version().id());
    Event encryption = view.state(EventType.ENCRYPTION);
    if (encryption != null) {
      encryption
          .contentString("algorithm")
          .ifPresent(algorithm -> summary.put("encryption", algorithm));
    }
    List<RoomId> allowed = allowedRooms(view);
    if (!allowed.isEmpty()) {
      ArrayNode ids = summary.putArray("allowed_room_ids");
      allowed.forEach(id -> ids.add(id.value()));
    }
    return summary;
  }

  private boolean isAccessible(ServerName origin, RoomView view) {
    if (view.joinedServers().contains(origin)) return true;
    Event visibility = view.state(EventType.HISTORY_VISIBILITY);
    if (visibility != null
        && visibility
            .contentString("history_visibility")
            .filter("world_readable"::equals)
            .isPresent()) {
      return true;
    }
    boolean open =
        switch (joinRule(view)) {
          case "public", "knock", "knock_restricted" -> true;
          case "restricted" -> allowedRooms(view).stream().anyMatch(room -> isIn(origin, room));
          default -> false;
        };
    return open || isInvited(origin, view);
  }

  private boolean isIn(ServerName origin, RoomId roomId) {
    return rooms.view(roomId).filter(view -> view.joinedServers().contains(origin)).isPresent();
  }

  private static boolean isInvited(ServerName origin, RoomView view) {
    if (view.invitedCount() == 0) return false;
    return view.stateOfType(EventType.MEMBER).stream()
        .filter(member -> member.membership().filter("invite"::equals).isPresent())
        .map(member -> UserId.tryParse(member.stateKey().orElse("")))
        .flatMap(Optional::stream)
        .anyMatch(user -> user.serverName().equals(origin));
  }

  private static String joinRule(RoomView view) {
    Event rules = view.state(EventType.JOIN_RULES);
    return rules == null ? "invite" : rules.contentString("join_rule").orElse("invite");
  }

  private static List<RoomId> allowedRooms(RoomView view) {
    Event rules = view.state(EventType.JOIN_RULES);
    if (rules == null || !joinRule(view).contains("restricted")) return List.of();
    List<RoomId> allowed = new ArrayList<>();
    for (JsonNode entry : rules.content().path("allow")) {
      if (!entry.path("type").asText("").equals("m.room_membership")) continue;
      RoomId.tryParse(entry.path("room_id").asText("")).ifPresent(allowed::add);
    }
    return allowed;
  }
}
