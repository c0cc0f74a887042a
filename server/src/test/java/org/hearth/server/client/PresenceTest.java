package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.invite;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// [Presence](https://spec.matrix.org/v1.19/client-server-api/#presence) over HTTP.
class PresenceTest {
  private static final TestServer HEARTH = TestServer.shared();

  /// How long what is told about once a second may take on a busy machine.
  private static final Duration SOON = Duration.ofSeconds(30);

  private static ValidatableResponse set(User user, String presence, String status) {
    var body = new HashMap<String, Object>();
    body.put("presence", presence);
    if (status != null) body.put("status_msg", status);
    return put(user, "/presence/" + user.id() + "/status", body);
  }

  private static ValidatableResponse status(User viewer, User user) {
    return get(viewer, "/presence/" + user.id() + "/status");
  }

  /// A sync that does not show that its user is there.
  private static JsonPath sync(User user, String rest) {
    return get(user, "/sync?set_presence=offline&" + rest)
        .statusCode(200)
        .extract()
        .body()
        .jsonPath();
  }

  /// What a sync says of a user at last; null for nothing.
  private static Map<String, Object> content(JsonPath sync, User user) {
    List<Map<String, Object>> contents =
        sync.getList(
            "presence.events.findAll { it.sender == '"
                + user.id()
                + "' && it.type == 'm.presence' }.content");
    return contents == null || contents.isEmpty() ? null : contents.getLast();
  }

  @Test
  void whoSharesARoomSeesTheStatus() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    User eve = HEARTH.register("presence");
    join(bob, publicRoom(alice));
    status(bob, alice).statusCode(200).body("presence", equalTo("offline"));
    set(alice, "online", "Here I am").statusCode(200);
    for (User viewer : List.of(alice, bob))
      status(viewer, alice)
          .statusCode(200)
          .body("presence", equalTo("online"))
          .body("status_msg", equalTo("Here I am"))
          .body("currently_active", equalTo(true))
          .body("last_active_ago", lessThan(60_000));
    status(eve, alice).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
    set(alice, "unavailable", null).statusCode(200);
    status(bob, alice)
        .body("presence", equalTo("unavailable"))
        .body("status_msg", nullValue())
        .body("currently_active", nullValue());
  }

  @Test
  void aStatusThatCannotBeIsRefused() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    set(alice, "dancing", null).statusCode(400).body("errcode", equalTo("M_INVALID_PARAM"));
    put(alice, "/presence/" + alice.id() + "/status", Map.of("status_msg", "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    put(alice, "/presence/" + alice.id() + "/status", Map.of("presence", 7))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    set(alice, "online", "x".repeat(1_025)).statusCode(413).body("errcode", equalTo("M_TOO_LARGE"));
    put(alice, "/presence/" + bob.id() + "/status", Map.of("presence", "online"))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    get(alice, "/sync?timeout=0&set_presence=dancing")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }

  /// "If this parameter is omitted then the client is automatically marked as online."
  @Test
  void syncSaysThatAUserIsThere() {
    User alice = HEARTH.register("presence");
    sync(alice, "timeout=0");
    status(alice, alice).body("presence", equalTo("offline"));
    get(alice, "/sync?timeout=0&set_presence=unavailable").statusCode(200);
    status(alice, alice).body("presence", equalTo("unavailable"));
    get(alice, "/sync?timeout=0").statusCode(200);
    status(alice, alice).body("presence", equalTo("online"));
    post(alice, "/logout", Map.of()).statusCode(200);
  }

  @Test
  void syncShowsWhoIsPresentAtFirstAndThenWhatChanges() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    User away = HEARTH.register("presence");
    String room = publicRoom(alice);
    join(bob, room);
    join(away, room);
    set(alice, "online", "first").statusCode(200);
    var first = sync(bob, "timeout=0");
    assertThat(content(first, alice)).containsEntry("status_msg", "first");
    assertThat(content(first, away)).isNull();

    set(alice, "online", "second").statusCode(200);
    var next = sync(bob, "timeout=0&since=" + first.getString("next_batch"));
    assertThat(content(next, alice)).containsEntry("status_msg", "second");
    assertThat(content(sync(bob, "timeout=0&since=" + next.getString("next_batch")), alice))
        .isNull();
    for (var filter :
        List.of(
            "{\"presence\":{\"types\":[]}}",
            "{\"presence\":{\"limit\":0}}",
            "{\"presence\":{\"not_senders\":[\"" + alice.id() + "\"]}}")) {
      var filtered =
          bob.api()
              .queryParam("filter", filter)
              .get("/_matrix/client/v3/sync?timeout=0&set_presence=offline")
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      assertThat(content(filtered, alice)).isNull();
    }
  }

  @Test
  void aWaitingSyncIsAnsweredWhenSomebodyComes() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    join(bob, publicRoom(alice));
    String since = sync(bob, "timeout=0").getString("next_batch");
    get(alice, "/sync?timeout=0").statusCode(200);
    var deadline = Instant.now().plus(SOON);
    Map<String, Object> seen = null;
    while (seen == null && Instant.now().isBefore(deadline)) {
      var answer = sync(bob, "timeout=" + SOON.toMillis() + "&since=" + since);
      since = answer.getString("next_batch");
      seen = content(answer, alice);
    }
    assertThat(seen).containsEntry("presence", "online");
  }

  /// "Presence events are sent to interested parties where users share a room membership."
  @Test
  void whoMeetsLearnsOfEachOther() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    String room = publicRoom(alice);
    set(alice, "online", "alice").statusCode(200);
    set(bob, "online", "bob").statusCode(200);
    var aliceBefore = sync(alice, "timeout=0");
    var bobBefore = sync(bob, "timeout=0");
    assertThat(content(aliceBefore, bob)).isNull();
    invite(alice, room, bob);
    assertThat(content(sync(bob, "timeout=0&since=" + bobBefore.getString("next_batch")), alice))
        .isNull();
    join(bob, room);
    assertThat(content(sync(alice, "timeout=0&since=" + aliceBefore.getString("next_batch")), bob))
        .containsEntry("status_msg", "bob");
    assertThat(content(sync(bob, "timeout=0&since=" + bobBefore.getString("next_batch")), alice))
        .containsEntry("status_msg", "alice");
  }

  @Test
  void ignoredUsersAreNotShown() {
    User alice = HEARTH.register("presence");
    User eve = HEARTH.register("presence");
    join(eve, publicRoom(alice));
    set(eve, "online", null).statusCode(200);
    assertThat(content(sync(alice, "timeout=0"), eve)).isNotNull();
    put(
            alice,
            "/user/" + alice.id() + "/account_data/m.ignored_user_list",
            Map.of("ignored_users", Map.of(eve.id(), Map.of())))
        .statusCode(200);
    assertThat(content(sync(alice, "timeout=0"), eve)).isNull();
  }

  @Test
  void whoLogsOutIsGone() {
    User alice = HEARTH.register("presence");
    User bob = HEARTH.register("presence");
    join(bob, publicRoom(alice));
    set(alice, "online", null).statusCode(200);
    post(alice, "/logout", Map.of()).statusCode(200);
    status(bob, alice).body("presence", equalTo("offline"));
  }

  @Test
  void aStatusAndWhoIsThereSurviveARestart() {
    try (TestServer server = TestServer.start()) {
      User alice = server.register("presence");
      User bob = server.register("presence");
      join(bob, publicRoom(alice));
      set(alice, "online", "still here").statusCode(200);
      server.restart();
      status(bob, alice)
          .statusCode(200)
          .body("presence", equalTo("online"))
          .body("status_msg", equalTo("still here"));
      assertThat(content(sync(bob, "timeout=0"), alice)).containsEntry("status_msg", "still here");
    }
  }

  @Test
  void itCanBeSwitchedOff() {
    try (TestServer server = TestServer.start("presence.enabled=false")) {
      User alice = server.register("presence");
      status(alice, alice).statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
      set(alice, "online", null).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
      assertThat(content(sync(alice, "timeout=0"), alice)).isNull();
      get(alice, "/sync?timeout=0").statusCode(200);
    }
  }
}
