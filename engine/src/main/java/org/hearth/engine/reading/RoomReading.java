package org.hearth.engine.reading;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hearth.engine.Requester;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.Visibility;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Getting events for a
/// room](https://spec.matrix.org/v1.19/client-server-api/#getting-events-for-a-room): members read
/// the current state, those who left the state as they left it, everybody what is world readable.
public final class RoomReading {
  private final Rooms rooms;
  private final Timeline timeline;
  private final Visibility visibility;
  private final ClientEvents clientEvents;

  public RoomReading(
      Rooms rooms, Timeline timeline, Visibility visibility, ClientEvents clientEvents) {
    this.rooms = rooms;
    this.timeline = timeline;
    this.visibility = visibility;
    this.clientEvents = clientEvents;
  }

  /// One event that the user may see.
  public Outcome<ObjectNode> event(Requester requester, RoomId roomId, EventId eventId) {
    return rooms
        .event(roomId, eventId)
        .filter(event -> !hidden(event))
        .filter(event -> !visibility.visible(roomId, requester.userId(), List.of(event)).isEmpty())
        .map(event -> Outcome.done(clientEvents.render(event, requester)))
        .orElseGet(() -> Outcome.notFound("There is no such event, or you may not see it."));
  }

  private static boolean hidden(StoredEvent event) {
    return event.standing() != StoredEvent.Standing.ACCEPTED;
  }

  /// The whole state that the user may see.
  public Outcome<List<ObjectNode>> state(Requester requester, RoomId roomId) {
    return stateEvents(requester, roomId)
        .map(
            events ->
                events.stream().map(event -> clientEvents.renderState(event, requester)).toList());
  }

  /// One state event.
  public Outcome<Event> stateEvent(Requester requester, RoomId roomId, StateKey key) {
    return switch (visibility.access(roomId, requester.userId())) {
      case Visibility.Access.Current() ->
          present(rooms.view(roomId).map(view -> view.state(key)), key);
      case Visibility.Access.Until(var state, _) -> present(state.event(key), key);
      case Visibility.Access.None() -> noAccess(roomId);
    };
  }

  private static Outcome<Event> present(Optional<Event> event, StateKey key) {
    return event
        .map(Outcome::done)
        .orElseGet(() -> Outcome.notFound("The room has no state " + key.type() + "."));
  }

  public ObjectNode render(Event stateEvent, Requester requester) {
    return clientEvents.renderState(stateEvent, requester);
  }

  /// Member events.
  ///
  /// @param at a token of /sync or of paging; null for now
  /// @param membership only these; null for all
  /// @param notMembership none of these; null to leave none out
  public Outcome<List<ObjectNode>> members(
      Requester requester,
      RoomId roomId,
      @Nullable String at,
      @Nullable String membership,
      @Nullable String notMembership) {
    return memberEvents(requester, roomId, at)
        .map(
            events ->
                events.stream()
                    .filter(
                        event -> {
                          var is = event.membership().orElse("");
                          return (membership == null || is.equals(membership))
                              && (notMembership == null || !is.equals(notMembership));
                        })
                    .map(event -> clientEvents.renderState(event, requester))
                    .toList());
  }

  /// Joined users with the display name and avatar of their member event; only for members.
  public Outcome<Map<UserId, ObjectNode>> joinedMembers(Requester requester, RoomId roomId) {
    if (!(visibility.access(roomId, requester.userId()) instanceof Visibility.Access.Current))
      return noAccess(roomId);
    var members = new TreeMap<UserId, ObjectNode>();
    rooms
        .view(roomId)
        .map(view -> view.stateOfType(EventType.MEMBER))
        .orElse(List.of())
        .forEach(
            event -> {
              if (event.membership().filter("join"::equals).isEmpty()) return;
              UserId.tryParse(event.stateKey().orElse(""))
                  .ifPresent(user -> members.put(user, profile(event)));
            });
    return Outcome.done(members);
  }

  private static ObjectNode profile(Event member) {
    var profile = org.hearth.schemas.json.Json.object();
    member.contentString("displayname").ifPresent(name -> profile.put("display_name", name));
    member.contentString("avatar_url").ifPresent(url -> profile.put("avatar_url", url));
    return profile;
  }

  private Outcome<List<Event>> memberEvents(
      Requester requester, RoomId roomId, @Nullable String at) {
    if (at == null) {
      return stateEvents(requester, roomId)
          .map(events -> events.stream().filter(e -> e.type().equals(EventType.MEMBER)).toList());
    }
    var access = visibility.access(roomId, requester.userId());
    if (access instanceof Visibility.Access.None) return noAccess(roomId);
    var position = timeline.position(roomId, at);
    if (position.isEmpty())
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "`at` is no moment that this server knows.");
    return rooms
        .stateAt(roomId, within(access, position.getAsLong()))
        .map(
            state -> {
              var keys = new ArrayList<StateKey>();
              for (var key : state.all().keySet())
                if (key.type().equals(EventType.MEMBER)) keys.add(key);
              return Outcome.done(state.events(keys));
            })
        .orElseGet(() -> Outcome.notFound("The room's state at that time is not known."));
  }

  /// Who left sees nobody who came later, whatever moment they ask for.
  private static long within(Visibility.Access access, long position) {
    return access instanceof Visibility.Access.Until(_, long left)
        ? Math.min(position, left)
        : position;
  }

  private Outcome<List<Event>> stateEvents(Requester requester, RoomId roomId) {
    return switch (visibility.access(roomId, requester.userId())) {
      case Visibility.Access.Current() ->
          Outcome.done(rooms.view(roomId).map(RoomView::state).orElse(List.of()));
      case Visibility.Access.Until(var state, _) ->
          Outcome.done(state.events(state.all().keySet()));
      case Visibility.Access.None() -> noAccess(roomId);
    };
  }

  private static <T> Outcome<T> noAccess(RoomId roomId) {
    return Outcome.forbidden("You are not in the room " + roomId + ", and never were.");
  }
}
