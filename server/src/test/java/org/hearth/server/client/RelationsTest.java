package org.hearth.server.client;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.say;
import static org.hearth.server.client.RoomSteps.send;

import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Events that relate to others: pages of them, threads, and what is bundled.
class RelationsTest {
  private static final TestServer HEARTH = TestServer.start("encryption.policy=off");

  @AfterAll
  static void stop() {
    HEARTH.close();
  }

  private static String relate(User user, String room, String target, String type, String body) {
    var relation = Map.of("rel_type", type, "event_id", target);
    var content =
        Map.of(
            "msgtype",
            "m.text",
            "body",
            body,
            "m.new_content",
            Map.of("msgtype", "m.text", "body", body),
            "m.relates_to",
            relation);
    return send(user, room, "m.room.message", content)
        .then()
        .statusCode(200)
        .extract()
        .path("event_id");
  }

  private static ValidatableResponse related(User user, String room, String rest) {
    return user.api().get("/_matrix/client/v1/rooms/" + room + rest).then();
  }

  @Test
  void relatedEventsArePagedAndBundled() {
    User alice = HEARTH.register("relations");
    User bob = HEARTH.register("relations");
    String room = publicRoom(alice);
    join(bob, room);
    String root = say(alice, room, "root");
    String edit = relate(alice, room, root, "m.replace", "edited");
    String first = relate(bob, room, root, "m.thread", "one");
    String second = relate(alice, room, root, "m.thread", "two");

    related(bob, room, "/relations/" + root)
        .statusCode(200)
        .body("chunk.event_id", contains(second, first, edit));
    String next =
        related(bob, room, "/relations/" + root + "/m.thread?limit=1")
            .statusCode(200)
            .body("chunk.event_id", contains(second))
            .extract()
            .path("next_batch");
    related(bob, room, "/relations/" + root + "/m.thread?from=" + next)
        .body("chunk.event_id", contains(first));
    related(bob, room, "/relations/" + root + "/m.thread/m.sticker").body("chunk", hasSize(0));

    related(bob, room, "/threads")
        .statusCode(200)
        .body("chunk.event_id", contains(root))
        .body("chunk[0].unsigned.'m.relations'.'m.thread'.count", equalTo(2));
    get(bob, "/rooms/" + room + "/event/" + root)
        .body("unsigned.'m.relations'.'m.replace'.event_id", equalTo(edit));
  }

  @Test
  void errors() {
    User alice = HEARTH.register("relations");
    User eve = HEARTH.register("relations");
    String room = publicRoom(alice);
    String root = say(alice, room, "root");
    related(eve, room, "/relations/" + root).statusCode(404);
    related(eve, room, "/threads").statusCode(403);
    related(alice, room, "/relations/" + root + "?from=nonsense")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    related(alice, room, "/relations/" + root + "?dir=x").statusCode(400);
    related(alice, room, "/threads?include=some").statusCode(400);
  }
}
