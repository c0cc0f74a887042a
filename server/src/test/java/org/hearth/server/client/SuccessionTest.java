package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// "When a user joins the new room, the server should automatically transfer/replicate some of the
/// user's personalized settings such as notifications, tags, etc."
class SuccessionTest {
  private static final TestServer HEARTH = TestServer.shared();

  private static void settle(User user, String room) {
    put(user, "/user/" + user.id() + "/rooms/" + room + "/tags/m.favourite", Map.of("order", 0.5))
        .statusCode(200);
    put(user, "/pushrules/global/room/" + room, Map.of("actions", List.of())).statusCode(200);
    put(
            user,
            "/pushrules/global/override/" + room,
            Map.of(
                "conditions",
                List.of(Map.of("kind", "event_match", "key", "room_id", "pattern", room)),
                "actions",
                List.of("notify")))
        .statusCode(200);
    put(
            user,
            "/user/" + user.id() + "/account_data/m.direct",
            Map.of("@friend:hearth.test", List.of(room), "@other:hearth.test", List.of("!o:o")))
        .statusCode(200);
  }

  private static String upgrade(User user, String room) {
    return post(user, "/rooms/" + room + "/upgrade", Map.of("new_version", "12"))
        .statusCode(200)
        .extract()
        .path("replacement_room");
  }

  private static Map<String, Object> tags(User user, String room) {
    return get(user, "/user/" + user.id() + "/rooms/" + room + "/tags")
        .statusCode(200)
        .extract()
        .path("tags");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(50);
    }
  }

  private static void hasSettings(User user, String room) {
    assertThat(tags(user, room)).containsKey("m.favourite");
    get(user, "/pushrules/global/room/" + room).statusCode(200);
    String pattern =
        get(user, "/pushrules/global/override/" + room)
            .statusCode(200)
            .extract()
            .path("conditions[0].pattern");
    assertThat(pattern).isEqualTo(room);
    Map<String, List<String>> direct =
        get(user, "/user/" + user.id() + "/account_data/m.direct").extract().jsonPath().getMap("");
    assertThat(direct.get("@friend:hearth.test")).contains(room);
    assertThat(direct.get("@other:hearth.test")).doesNotContain(room);
  }

  @Test
  void settingsFollowWhoUpgradesAndWhoJoins() throws InterruptedException {
    User alice = HEARTH.register("succession");
    User bob = HEARTH.register("succession");
    String old = publicRoom(alice);
    join(bob, old);
    settle(alice, old);
    settle(bob, old);
    String next = upgrade(alice, old);
    await(() -> direct(alice).contains(next));
    hasSettings(alice, next);
    assertThat(tags(bob, next)).isEmpty();
    join(bob, next);
    await(() -> direct(bob).contains(next));
    hasSettings(bob, next);
  }

  /// What is taken over last.
  private static String direct(User user) {
    return get(user, "/user/" + user.id() + "/account_data/m.direct").extract().asString();
  }

  /// Anybody may claim a predecessor.
  @Test
  void nothingFollowsIntoARoomThatTheOldOneDoesNotName() throws InterruptedException {
    User alice = HEARTH.register("succession");
    User eve = HEARTH.register("succession");
    String old = publicRoom(alice);
    join(eve, old);
    settle(alice, old);
    String claim =
        RoomSteps.create(
            eve,
            Map.of(
                "preset",
                "public_chat",
                "creation_content",
                Map.of("predecessor", Map.of("room_id", old))));
    join(alice, claim);
    String real = upgrade(alice, old);
    await(() -> !tags(alice, real).isEmpty());
    assertThat(tags(alice, claim)).isEmpty();
  }
}
