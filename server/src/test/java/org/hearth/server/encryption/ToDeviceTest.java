package org.hearth.server.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.List;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class ToDeviceTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String DUMMY = "/sendToDevice/m.dummy/";
  private final ClientDevice alice = ClientDevice.register(HEARTH, "todevice");
  private final ClientDevice bob = ClientDevice.register(HEARTH, "todevice");

  private static ObjectNode to(ClientDevice device, String deviceId, int number) {
    var body = Json.object();
    body.putObject("messages").putObject(device.id()).putObject(deviceId).put("number", number);
    return body;
  }

  private static JsonPath sync(ClientDevice device, String since) {
    return device
        .get("/sync?timeout=0" + (since == null ? "" : "&since=" + since))
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private static List<Integer> numbers(JsonPath sync) {
    List<Integer> numbers = sync.getList("to_device.events.content.number");
    return numbers == null ? List.of() : numbers;
  }

  @Test
  void messagesArriveOnceAndInOrderAlsoAcrossARestart() {
    try (var server = TestServer.start()) {
      var sender = ClientDevice.register(server, "sender");
      var receiver = ClientDevice.register(server, "receiver");
      for (int i = 0; i < 5; i++)
        sender
            .put(DUMMY + "t" + i, to(receiver, receiver.deviceId(), i))
            .statusCode(200)
            .body("$", anEmptyMap());
      sender.put(DUMMY + "t0", to(receiver, receiver.deviceId(), 0)).statusCode(200);
      var first = sync(receiver, null);
      assertThat(numbers(first)).containsExactly(0, 1, 2, 3, 4);
      server.restart();
      // The answer was lost: the same request again.
      assertThat(numbers(sync(receiver, null))).containsExactly(0, 1, 2, 3, 4);
      sender.put(DUMMY + "t4", to(receiver, receiver.deviceId(), 4)).statusCode(200);
      sender.put(DUMMY + "t5", to(receiver, receiver.deviceId(), 5)).statusCode(200);
      var second = sync(receiver, first.getString("next_batch"));
      assertThat(numbers(second)).containsExactly(5);
      server.restart();
      assertThat(numbers(sync(receiver, second.getString("next_batch")))).isEmpty();
    }
  }

  @Test
  void manyMessagesComeInPagesWithoutLoss() {
    for (int i = 0; i < 250; i++)
      alice.put(DUMMY + "m" + i, to(bob, bob.deviceId(), i)).statusCode(200);
    var seen = new ArrayList<Integer>();
    String since = null;
    for (int i = 0; i < 5; i++) {
      var page = sync(bob, since);
      seen.addAll(numbers(page));
      since = page.getString("next_batch");
    }
    var all = new ArrayList<Integer>();
    for (int i = 0; i < 250; i++) all.add(i);
    assertThat(seen).isEqualTo(all);
  }

  @Test
  void aStarReachesAllDevices() {
    var second = bob.second();
    alice.put(DUMMY + "1", to(bob, "*", 7)).statusCode(200);
    assertThat(numbers(sync(bob, null))).containsExactly(7);
    assertThat(numbers(sync(second, null))).containsExactly(7);
  }

  @Test
  void wordsInClearAreRefused() {
    alice
        .put("/sendToDevice/m.room_key/1", to(bob, "*", 1))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"))
        .body("error", containsString("end-to-end encrypted"));
  }

  @Test
  void wrongTypesAreRefused() {
    alice
        .put(DUMMY + "1", Json.object())
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    alice
        .put(DUMMY + "1", Json.object().put("messages", 1))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    var text = Json.object();
    text.putObject("messages").putObject(bob.id()).put("*", "text");
    alice.put(DUMMY + "1", text).statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
    var nobody = Json.object();
    nobody.putObject("messages").putObject("bob").putObject("*");
    alice.put(DUMMY + "1", nobody).statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
  }
}
