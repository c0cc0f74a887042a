package org.hearth.client.userdata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;

/// Specification file `tags.yaml`; methods are its operationIds.
final class Tags {
  private final org.hearth.engine.userdata.Tags tags;

  Tags(org.hearth.engine.userdata.Tags tags) {
    this.tags = tags;
  }

  void mount(Routes routes) {
    String all = "/v3/user/:userId/rooms/:roomId/tags";
    routes.get(all, Auth.ACCESS_TOKEN, this::getRoomTags);
    routes.put(all + "/:tag", Auth.ACCESS_TOKEN, ObjectNode.class, this::setRoomTag);
    routes.delete(all + "/:tag", Auth.ACCESS_TOKEN, this::deleteRoomTag);
  }

  Reply getRoomTags(Caller caller, Path path) {
    caller.mustBe(path.userId());
    return Reply.ok(Map.of("tags", tags.of(caller.userId(), path.roomId())));
  }

  Reply setRoomTag(Caller caller, Path path, ObjectNode body) {
    caller.mustBe(path.userId());
    JsonNode order = body.path("order");
    if (!order.isMissingNode() && !order.isNumber()) {
      throw RequestError.badJson("order must be a number");
    }
    return Reply.emptyOr(tags.set(caller.userId(), path.roomId(), path.get("tag"), body));
  }

  Reply deleteRoomTag(Caller caller, Path path) {
    caller.mustBe(path.userId());
    tags.remove(caller.userId(), path.roomId(), path.get("tag"));
    return Reply.empty();
  }
}
