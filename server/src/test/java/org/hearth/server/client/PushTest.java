package org.hearth.server.client;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class PushTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String RULES = "/_matrix/client/v3/pushrules/global";
  private static final Map<String, Object> NOTIFY = Map.of("actions", List.of("notify"));

  @Test
  void everybodyHasThePredefinedRules() {
    var alice = HEARTH.register("push");
    alice
        .api()
        .get("/_matrix/client/v3/pushrules/")
        .then()
        .statusCode(200)
        .body("global.override.rule_id", hasItems(".m.rule.master", ".m.rule.is_user_mention"))
        .body("global.underride.rule_id", hasItems(".m.rule.message", ".m.rule.encrypted"));
    alice
        .api()
        .get(RULES + "/override/.m.rule.invite_for_me")
        .then()
        .body("conditions[2].pattern", equalTo(alice.id()));
  }

  @Test
  void rulesAreAddedInOrder() {
    var alice = HEARTH.register("push");
    put(alice, "/override/a", NOTIFY).statusCode(200);
    put(alice, "/override/b", NOTIFY).statusCode(200);
    put(alice, "/override/c?after=b", NOTIFY).statusCode(200);
    put(alice, "/override/d?before=a", NOTIFY).statusCode(200);
    alice
        .api()
        .get(RULES + "/")
        .then()
        .body("override.rule_id[0..3]", equalTo(List.of("b", "c", "d", "a")))
        .body("override[0].enabled", equalTo(true))
        .body("override[0].default", equalTo(false));
    put(alice, "/override/e?after=nothing", NOTIFY)
        .statusCode(400)
        .body("errcode", equalTo("M_UNKNOWN"));
    alice.api().delete(RULES + "/override/a").then().statusCode(200);
    alice.api().get(RULES + "/override/a").then().statusCode(404);
    alice
        .api()
        .delete(RULES + "/override/a")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
  }

  @Test
  void predefinedRulesAreChangedNotRemoved() {
    var alice = HEARTH.register("push");
    String rule = "/underride/.m.rule.message";
    put(alice, rule + "/enabled", Map.of("enabled", false)).statusCode(200);
    alice.api().get(RULES + rule + "/enabled").then().body("enabled", equalTo(false));
    put(alice, rule + "/actions", Map.of("actions", List.of())).statusCode(200);
    alice.api().get(RULES + rule + "/actions").then().body("actions", equalTo(List.of()));
    alice.api().delete(RULES + rule).then().statusCode(400);
    put(alice, rule, NOTIFY).statusCode(400);
  }

  @Test
  void badRulesAreRefused() {
    var alice = HEARTH.register("push");
    put(alice, "/override/x", Map.of()).statusCode(400);
    put(alice, "/nonsense/x", NOTIFY).statusCode(400);
    put(alice, "/content/x", NOTIFY).statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
    put(alice, "/override/x", Map.of("actions", "notify")).statusCode(400);
    put(alice, "/override/nothing/enabled", Map.of("enabled", true)).statusCode(404);
    put(alice, "/override/.m.rule.master/enabled", Map.of("enabled", "yes"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void pushersAreSetListedAndRemoved() {
    var alice = HEARTH.register("push");
    var pusher = new HashMap<String, Object>();
    pusher.put("app_id", "org.example.app");
    pusher.put("pushkey", "key-" + alice.localpart());
    pusher.put("kind", "http");
    pusher.put("app_display_name", "App");
    pusher.put("device_display_name", "Phone");
    pusher.put("lang", "en");
    pusher.put("data", Map.of("url", "https://push.example/_matrix/push/v1/notify"));
    set(alice, pusher).statusCode(200);
    alice
        .api()
        .get("/_matrix/client/v3/pushers")
        .then()
        .body("pushers[0].pushkey", equalTo(pusher.get("pushkey")))
        .body("pushers[0].data.url", equalTo("https://push.example/_matrix/push/v1/notify"));

    var bob = HEARTH.register("push");
    set(bob, pusher).statusCode(200);
    alice.api().get("/_matrix/client/v3/pushers").then().body("pushers.size()", equalTo(0));

    pusher.put("kind", null);
    set(bob, pusher).statusCode(200);
    bob.api().get("/_matrix/client/v3/pushers").then().body("pushers.size()", equalTo(0));
  }

  @Test
  void badPushersAreRefused() {
    var alice = HEARTH.register("push");
    set(alice, Map.of("kind", "http")).statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
    set(alice, Map.of("kind", "http", "app_id", 1, "pushkey", "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    set(
            alice,
            Map.of(
                "kind", "http",
                "app_id", "a",
                "pushkey", "b",
                "app_display_name", "x",
                "device_display_name", "y",
                "lang", "en",
                "data", Map.of("url", "ftp://push.example/")))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }

  private static ValidatableResponse put(TestServer.User user, String path, Map<String, ?> body) {
    return user.api().body(body).put(RULES + path).then();
  }

  private static ValidatableResponse set(TestServer.User user, Map<String, ?> body) {
    return user.api().body(body).post("/_matrix/client/v3/pushers/set").then();
  }
}
