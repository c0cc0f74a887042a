package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.RoomEventFilter;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;

/// Specification file `event_context.yaml`.
final class EventContext {
  private static final int MAX_LIMIT = 100;

  private final Timeline timeline;
  private final ClientEvents clientEvents;

  EventContext(Timeline timeline, ClientEvents clientEvents) {
    this.timeline = timeline;
    this.clientEvents = clientEvents;
  }

  record ContextAnswer(
      String start,
      String end,
      ObjectNode event,
      @JsonProperty("events_before") List<ObjectNode> eventsBefore,
      @JsonProperty("events_after") List<ObjectNode> eventsAfter,
      List<ObjectNode> state) {}

  void mount(Routes routes) {
    routes.get("/v3/rooms/:roomId/context/:eventId", Auth.ACCESS_TOKEN, this::getEventContext);
  }

  Reply getEventContext(Caller caller, Path path) {
    var requester = RoomEndpoints.requester(caller);
    var filter = MessagePagination.filter(path);
    int limit = (int) Math.clamp(path.query().number("limit", 10), 0, MAX_LIMIT);
    var context =
        timeline.context(path.roomId(), caller.userId(), path.eventId(), limit, filter::accepts);
    return Reply.of(context, found -> answer(found, path.roomId(), filter, requester));
  }

  private ContextAnswer answer(
      Timeline.Context context, RoomId roomId, RoomEventFilter filter, Requester requester) {
    var state = filter.lazyLoadMembers() ? lazily(context, roomId) : context.state();
    return new ContextAnswer(
        context.start(),
        context.end(),
        clientEvents.render(context.event(), requester),
        clientEvents.render(context.before(), requester),
        clientEvents.render(context.after(), requester),
        state.stream().map(event -> clientEvents.renderState(event, requester)).toList());
  }

  /// Of the members only those who sent one of the events.
  private List<Event> lazily(Timeline.Context context, RoomId roomId) {
    var events = new ArrayList<StoredEvent>(context.before().reversed());
    events.add(context.event());
    events.addAll(context.after());
    var state = new ArrayList<Event>(timeline.senders(roomId, events));
    context.state().stream()
        .filter(event -> !event.type().equals(EventType.MEMBER))
        .forEach(state::add);
    return state;
  }
}
