package org.hearth.server.client;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hearth.server.client.RoomSteps.V3;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.say;
import static org.hearth.server.client.RoomSteps.send;

import io.restassured.response.ValidatableResponse;
import java.util.List;
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

  /// "Can be a `next_batch` or `prev_batch` token from a previous call, or a returned `start` token
  /// from `/messages`, or a `next_batch` token from `/sync`."
  @Test
  void tokensOfOtherEndpointsAreTaken() {
    User alice = HEARTH.register("relations");
    String room = publicRoom(alice);
    String root = say(alice, room, "root");
    String one = relate(alice, room, root, "m.thread", "one");
    String synced = get(alice, "/sync?timeout=0").extract().path("next_batch");
    String paged = get(alice, "/rooms/" + room + "/messages?dir=b").extract().path("start");
    String two = relate(alice, room, root, "m.thread", "two");
    String three = relate(alice, room, root, "m.thread", "three");
    String around =
        get(alice, "/rooms/" + room + "/context/" + one + "?limit=0").extract().path("end");

    for (String between : List.of(synced, around)) {
      related(alice, room, "/relations/" + root + "?dir=f&from=" + between)
          .statusCode(200)
          .body("chunk.event_id", contains(two, three));
      related(alice, room, "/relations/" + root + "?dir=b&from=" + between)
          .body("chunk.event_id", contains(one));
      related(alice, room, "/relations/" + root + "?dir=b&to=" + between)
          .body("chunk.event_id", contains(three, two));
      related(alice, room, "/relations/" + root + "?dir=f&to=" + between)
          .body("chunk.event_id", contains(one));
      get(alice, "/rooms/" + room + "/messages?dir=f&from=" + between)
          .statusCode(200)
          .body("chunk.event_id", contains(two, three));
      get(alice, "/rooms/" + room + "/messages?dir=b&limit=1&from=" + between)
          .body("chunk.event_id", contains(one));
    }
    related(alice, room, "/relations/" + root + "?dir=b&from=" + paged)
        .body("chunk.event_id", contains(three, two, one));

    String next =
        related(alice, room, "/relations/" + root + "?dir=f&limit=2")
            .body("chunk.event_id", contains(one, two))
            .extract()
            .path("next_batch");
    related(alice, room, "/relations/" + root + "?dir=f&from=" + next)
        .body("chunk.event_id", contains(three))
        .body("prev_batch", equalTo(next));
    get(alice, "/rooms/" + room + "/messages?dir=f&from=" + next)
        .body("chunk.event_id", contains(three));
  }

  @Test
  void threadsArePagedFromAnyToken() {
    User alice = HEARTH.register("relations");
    String room = publicRoom(alice);
    String first = say(alice, room, "first");
    relate(alice, room, first, "m.thread", "reply");
    String synced = get(alice, "/sync?timeout=0").extract().path("next_batch");
    String second = say(alice, room, "second");
    relate(alice, room, second, "m.thread", "reply");
    String next =
        related(alice, room, "/threads?limit=1")
            .body("chunk.event_id", contains(second))
            .extract()
            .path("next_batch");
    related(alice, room, "/threads?from=" + next).body("chunk.event_id", contains(first));
    related(alice, room, "/threads?from=" + synced).body("chunk.event_id", contains(first));
    related(alice, room, "/threads?from=nonsense")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }

  /// "Lazy-loading aware endpoints will only include membership events for the `sender` of events
  /// being included in the response": /context is one.
  @Test
  void theContextLoadsMembersLazily() {
    User alice = HEARTH.register("relations");
    User bob = HEARTH.register("relations");
    String room = publicRoom(alice);
    join(bob, room);
    String event = say(alice, room, "alone");
    String path = V3 + "/rooms/" + room + "/context/" + event + "?limit=2";
    String members = "state.findAll { it.type == 'm.room.member' }.state_key";
    alice.api().get(path).then().body(members, containsInAnyOrder(alice.id(), bob.id()));
    alice
        .api()
        .queryParam("filter", "{\"lazy_load_members\":true,\"types\":[\"m.room.message\"]}")
        .get(path)
        .then()
        .statusCode(200)
        .body("state.type", hasItem("m.room.create"))
        .body(members, contains(alice.id()));
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
