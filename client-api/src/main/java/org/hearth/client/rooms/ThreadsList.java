package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.RelatedEvents;
import org.jspecify.annotations.Nullable;

/// Specification file `threads_list.yaml`.
final class ThreadsList {
  private static final int MAX_LIMIT = 100;

  private final RelatedEvents related;
  private final ClientEvents clientEvents;

  ThreadsList(RelatedEvents related, ClientEvents clientEvents) {
    this.related = related;
    this.clientEvents = clientEvents;
  }

  record ThreadsAnswer(
      List<ObjectNode> chunk, @JsonProperty("next_batch") @Nullable String nextBatch) {}

  void mount(Routes routes) {
    routes.get("/v1/rooms/:roomId/threads", Auth.ACCESS_TOKEN, this::getThreadRoots);
  }

  Reply getThreadRoots(Caller caller, Path path) {
    var query = path.query();
    boolean participated =
        switch (query.first("include").orElse("all")) {
          case "all" -> false;
          case "participated" -> true;
          default -> throw RequestError.invalidParam("include is `all` or `participated`");
        };
    var found =
        related.threads(
            path.roomId(),
            caller.userId(),
            participated,
            query.first("from").orElse(null),
            (int) Math.clamp(query.number("limit", 50), 1, MAX_LIMIT));
    return Reply.of(
        found,
        page ->
            new ThreadsAnswer(
                clientEvents.render(page.events(), RoomEndpoints.requester(caller)), page.end()));
  }
}
