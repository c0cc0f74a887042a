package org.hearth.client.rooms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Query;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.RoomEventFilter;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// Specification file `message_pagination.yaml`.
final class MessagePagination {
  private static final int MAX_LIMIT = 1000;

  private final Timeline timeline;
  private final ClientEvents clientEvents;

  MessagePagination(Timeline timeline, ClientEvents clientEvents) {
    this.timeline = timeline;
    this.clientEvents = clientEvents;
  }

  /// @param state the senders' member events, where the filter asks to load members lazily
  record Messages(
      List<ObjectNode> chunk,
      String start,
      @Nullable String end,
      @Nullable List<ObjectNode> state) {}

  void mount(Routes routes) {
    routes.get("/v3/rooms/:roomId/messages", Auth.ACCESS_TOKEN, this::getRoomEvents);
  }

  Reply getRoomEvents(Caller caller, Path path) {
    var requester = RoomEndpoints.requester(caller);
    var query = path.query();
    var filter = filter(path);
    int limit = (int) Math.clamp(query.number("limit", filter.limitOr(10)), 1, MAX_LIMIT);
    var page =
        timeline.messages(
            path.roomId(),
            caller.userId(),
            query.first("from").orElse(null),
            query.first("to").orElse(null),
            direction(query),
            limit,
            filter::accepts);
    return Reply.of(page, found -> answer(found, filter, path, requester));
  }

  private Messages answer(
      Timeline.Page page, RoomEventFilter filter, Path path, Requester requester) {
    var members =
        filter.lazyLoadMembers()
            ? timeline.senders(path.roomId(), page.events()).stream()
                .map((Event event) -> clientEvents.renderState(event, requester))
                .toList()
            : null;
    return new Messages(
        clientEvents.render(page.events(), requester), page.start(), page.end(), members);
  }

  /// `dir` of the query, backwards if it is absent.
  static Timeline.Direction direction(Query query) {
    return switch (query.first("dir").orElse("b")) {
      case "b" -> Timeline.Direction.BACKWARDS;
      case "f" -> Timeline.Direction.FORWARDS;
      default -> throw RequestError.invalidParam("dir is `b` or `f`");
    };
  }

  /// The filter in the query, as JSON.
  static RoomEventFilter filter(Path path) {
    var text = path.query().first("filter").orElse("{}");
    try {
      return Json.read(
          text.getBytes(java.nio.charset.StandardCharsets.UTF_8), RoomEventFilter.class);
    } catch (MalformedJson e) {
      throw RequestError.invalidParam("`filter` is not a room event filter: " + e.getMessage());
    }
  }
}
