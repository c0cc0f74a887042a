package org.hearth.engine.membership;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// [Restricted rooms](https://spec.matrix.org/v1.19/client-server-api/#restricted-rooms): who may
/// join because they are in another room, and which local user vouches for it.
public final class RestrictedJoins {

  /// What a join to a room with the join rule of that view needs.
  public sealed interface Decision {
    /// Not a restricted room, or the user is joined or invited: the ordinary rules decide.
    record NotNeeded() implements Decision {}

    /// This local user has the power to vouch.
    record By(UserId authoriser) implements Decision {}

    /// Whoever could vouch, or knows the other rooms, is on these servers.
    ///
    /// @param conditionMet whether a condition is known to be met, so that only somebody to vouch
    ///   is missing
    record AskOthers(List<ServerName> servers, boolean conditionMet) implements Decision {}

    record Refused(String why) implements Decision {}
  }

  private final ServerName serverName;
  private final Rooms rooms;

  public RestrictedJoins(ServerName serverName, Rooms rooms) {
    this.serverName = serverName;
    this.rooms = rooms;
  }

  public Decision authorise(RoomView view, UserId user) {
    if (!restricted(view) || List.of("join", "invite").contains(view.membership(user)))
      return new Decision.NotNeeded();
    if (view.membership(user).equals("ban"))
      return new Decision.Refused("You are banned from this room.");
    boolean allKnown = true;
    boolean allowed = false;
    for (var room : allowedRooms(view)) {
      var known = rooms.view(room).filter(RoomView::resident);
      allKnown &= known.isPresent();
      allowed |= known.filter(other -> other.membership(user).equals("join")).isPresent();
    }
    if (!allowed && allKnown)
      return new Decision.Refused(
          "To join this room one has to be a member of one of the rooms that it names.");
    if (!allowed) return new Decision.AskOthers(others(view), false);
    return localAuthoriser(view)
        .<Decision>map(Decision.By::new)
        .orElseGet(() -> new Decision.AskOthers(others(view), true));
  }

  private static boolean restricted(RoomView view) {
    var event = view.state(EventType.JOIN_RULES);
    if (event == null) return false;
    var rule = event.contentString("join_rule").orElse("");
    return (rule.equals("restricted") && view.rules().restrictedJoins())
        || (rule.equals("knock_restricted") && view.rules().knockRestrictedJoins());
  }

  private static List<RoomId> allowedRooms(RoomView view) {
    var event = view.state(EventType.JOIN_RULES);
    if (event == null) return List.of();
    var allowed = new LinkedHashSet<RoomId>();
    for (JsonNode condition : event.content().path("allow")) {
      if ("m.room_membership".equals(condition.path("type").textValue()))
        RoomId.tryParse(condition.path("room_id").asText("")).ifPresent(allowed::add);
    }
    return List.copyOf(allowed);
  }

  private Optional<UserId> localAuthoriser(RoomView view) {
    var levels = PowerLevels.of(view.createEvent(), view.state(EventType.POWER_LEVELS));
    return candidates(view, levels).filter(user -> isLocal(user)).findFirst();
  }

  private List<ServerName> others(RoomView view) {
    var levels = PowerLevels.of(view.createEvent(), view.state(EventType.POWER_LEVELS));
    var servers = new LinkedHashSet<ServerName>();
    candidates(view, levels).map(UserId::serverName).forEach(servers::add);
    servers.remove(serverName);
    return List.copyOf(servers);
  }

  private static java.util.stream.Stream<UserId> candidates(RoomView view, PowerLevels levels) {
    return view.stateOfType(EventType.MEMBER).stream()
        .filter(event -> event.membership().filter("join"::equals).isPresent())
        .flatMap(event -> UserId.tryParse(event.stateKey().orElse("")).stream())
        .filter(user -> levels.user(user) >= levels.invite());
  }

  private boolean isLocal(UserId user) {
    return user.serverName().equals(serverName);
  }
}
