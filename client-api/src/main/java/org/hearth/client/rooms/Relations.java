package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.RelatedEvents;
import org.jspecify.annotations.Nullable;

/// Specification file `relations.yaml`.
final class Relations {
  private static final int MAX_LIMIT = 100;

  private final RelatedEvents related;
  private final ClientEvents clientEvents;

  Relations(RelatedEvents related, ClientEvents clientEvents) {
    this.related = related;
    this.clientEvents = clientEvents;
  }

  /// @param nextBatch absent at the end
  /// @param prevBatch where this page began; absent for the first
  /// @param recursionDepth absent unless the request asked for it
  record RelationsAnswer(
      List<ObjectNode> chunk,
      @JsonProperty("next_batch") @Nullable String nextBatch,
      @JsonProperty("prev_batch") @Nullable String prevBatch,
      @JsonProperty("recursion_depth") @Nullable Integer recursionDepth) {}

  void mount(Routes routes) {
    var all = "/v1/rooms/:roomId/relations/:eventId";
    routes.get(all, Auth.ACCESS_TOKEN, this::getRelatingEvents);
    routes.get(all + "/:relType", Auth.ACCESS_TOKEN, this::getRelatingEventsWithRelType);
    routes.get(
        all + "/:relType/:eventType",
        Auth.ACCESS_TOKEN,
        this::getRelatingEventsWithRelTypeAndEventType);
  }

  Reply getRelatingEvents(Caller caller, Path path) {
    return page(caller, path, null, null);
  }

  Reply getRelatingEventsWithRelType(Caller caller, Path path) {
    return page(caller, path, path.get("relType"), null);
  }

  Reply getRelatingEventsWithRelTypeAndEventType(Caller caller, Path path) {
    return page(caller, path, path.get("relType"), path.get("eventType"));
  }

  private Reply page(
      Caller caller, Path path, @Nullable String relationType, @Nullable String eventType) {
    var query = path.query();
    boolean recurse = query.first("recurse").orElse("false").equals("true");
    var from = query.first("from").orElse(null);
    var found =
        related.relations(
            path.roomId(),
            caller.userId(),
            new RelatedEvents.Wanted(path.eventId(), relationType, eventType, recurse),
            from,
            query.first("to").orElse(null),
            MessagePagination.direction(query),
            (int) Math.clamp(query.number("limit", 50), 1, MAX_LIMIT));
    return Reply.of(
        found,
        page ->
            new RelationsAnswer(
                clientEvents.render(page.events(), RoomEndpoints.requester(caller)),
                page.end(),
                from == null ? null : page.start(),
                recurse ? RelatedEvents.RECURSION_DEPTH : null));
  }
}
