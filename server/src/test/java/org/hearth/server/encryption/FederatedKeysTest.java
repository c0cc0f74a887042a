package org.hearth.server.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Keys, device lists and to-device messages between two servers over TLS.
class FederatedKeysTest {
  private static final TestServer A = TestServer.federating();
  private static final TestServer B = TestServer.federating();
  private final ClientDevice alice = ClientDevice.register(A, "alice");
  private final ClientDevice bob = ClientDevice.register(B, "bob");

  @AfterAll
  static void stop() {
    A.close();
    B.close();
  }

  private static ObjectNode query(ClientDevice whom) {
    var body = Json.object();
    body.putObject("device_keys").putArray(whom.id());
    return body;
  }

  private static ObjectNode dummy(ClientDevice to, int number) {
    var body = Json.object();
    body.putObject("messages").putObject(to.id()).putObject("*").put("number", number);
    return body;
  }

  private void share() {
    String room =
        alice
            .post("/createRoom", Json.object().put("preset", "public_chat"))
            .statusCode(200)
            .extract()
            .path("room_id");
    bob.post("/join/" + room + "?via=" + A.serverName(), Json.object()).statusCode(200);
  }

  private static JsonPath sync(ClientDevice device, String since) {
    String path = "/sync?timeout=5000" + (since == null ? "" : "&since=" + since);
    return device.get(path).statusCode(200).extract().jsonPath();
  }

  @Test
  void keysOfStrangersAreQueriedAndClaimedOnce() {
    bob.uploadDevice();
    var upload = Json.object();
    upload.set("one_time_keys", bob.oneTimeKeys(0, 2));
    bob.post("/keys/upload", upload).statusCode(200);
    alice
        .post("/keys/query", query(bob))
        .statusCode(200)
        .body("failures", anEmptyMap())
        .body("device_keys.'" + bob.id() + "'", hasKey(bob.deviceId()))
        .body("device_keys.'" + bob.id() + "'." + bob.deviceId(), not(hasKey("unsigned")));
    var claim = Json.object();
    claim
        .putObject("one_time_keys")
        .putObject(bob.id())
        .put(bob.deviceId(), ClientDevice.ALGORITHM);
    var names = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      Map<String, ?> claimed =
          alice
              .post("/keys/claim", claim)
              .statusCode(200)
              .body("failures", anEmptyMap())
              .extract()
              .path("one_time_keys.'" + bob.id() + "'." + bob.deviceId());
      names.addAll(claimed.keySet());
    }
    assertThat(names)
        .containsExactly(ClientDevice.ALGORITHM + ":K0000", ClientDevice.ALGORITHM + ":K0001");
    alice.post("/keys/claim", claim).body("one_time_keys", anEmptyMap());
  }

  @Test
  void aServerThatCannotBeReachedIsAFailure() {
    var body = Json.object();
    body.put("timeout", 1000).putObject("device_keys").putArray("@x:localhost:1");
    alice
        .post("/keys/query", body)
        .statusCode(200)
        .body("failures", hasKey("localhost:1"))
        .body("device_keys", anEmptyMap());
  }

  @Test
  void aNewDeviceIsToldToThoseWhoShareARoom() {
    bob.uploadDevice();
    share();
    var first = sync(alice, null);
    alice
        .post("/keys/query", query(bob))
        .body("device_keys.'" + bob.id() + "'", hasKey(bob.deviceId()));
    var second = bob.second().uploadDevice();
    var changed = new ArrayList<String>();
    String since = first.getString("next_batch");
    for (int i = 0; i < 10 && !changed.contains(bob.id()); i++) {
      var news = sync(alice, since);
      List<String> told = news.getList("device_lists.changed");
      if (told != null) changed.addAll(told);
      since = news.getString("next_batch");
    }
    assertThat(changed).contains(bob.id());
    // It may be told before the device has its keys: what counts is what a query answers then.
    for (int i = 0; i < 50; i++) {
      Map<String, ?> devices =
          alice.post("/keys/query", query(bob)).extract().path("device_keys.'" + bob.id() + "'");
      if (devices.containsKey(second.deviceId())) return;
      pause();
    }
    throw new AssertionError("The new device never showed");
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void messagesToDevicesOfAnotherServerArriveOnceAndInOrder() {
    share();
    String since = sync(bob, null).getString("next_batch");
    for (int i = 0; i < 20; i++)
      alice.put("/sendToDevice/m.dummy/f" + i, dummy(bob, i)).statusCode(200);
    var seen = new ArrayList<Integer>();
    for (int i = 0; i < 20 && seen.size() < 20; i++) {
      var news = sync(bob, since);
      List<Integer> numbers = news.getList("to_device.events.content.number");
      if (numbers != null) seen.addAll(numbers);
      since = news.getString("next_batch");
    }
    var all = new ArrayList<Integer>();
    for (int i = 0; i < 20; i++) all.add(i);
    assertThat(seen).isEqualTo(all);
  }
}
