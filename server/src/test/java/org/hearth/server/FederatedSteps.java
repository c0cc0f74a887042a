package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// What users of several servers do in tests again and again.
final class FederatedSteps {
  static final String CLIENT = "/_matrix/client/v3";
  private static final AtomicInteger TRANSACTIONS = new AtomicInteger();

  private FederatedSteps() {}

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(50);
    }
  }

  static String create(TestServer.User user, Map<String, Object> body) {
    return user.api()
        .body(body)
        .post(CLIENT + "/createRoom")
        .then()
        .statusCode(200)
        .extract()
        .path("room_id");
  }

  static String send(TestServer.User user, String room, String text) {
    return user.api()
        .body(
            Map.of(
                "algorithm",
                "m.megolm.v1.aes-sha2",
                "ciphertext",
                // The policy wants real Base64, so all texts have a good length.
                "AwgAEpABm6lbsVTGqQhsvjTmJhSdNQTcO3nJ0gHC" + (text + "AAAAAAAA").substring(0, 8),
                "session_id",
                "WBvMMjVPhOoSBoYXiDXKbXTNIOhQDIiFYpwoyQkDQ7s"))
        .put(CLIENT + "/rooms/" + room + "/send/m.room.encrypted/" + TRANSACTIONS.incrementAndGet())
        .then()
        .statusCode(200)
        .extract()
        .path("event_id");
  }

  /// Event IDs of the newest messages, oldest first.
  static List<String> messages(TestServer.User user, String room) {
    List<Map<String, Object>> chunk =
        user.api()
            .get(CLIENT + "/rooms/" + room + "/messages?dir=b&limit=100")
            .then()
            .statusCode(200)
            .extract()
            .path("chunk");
    List<String> ids = new ArrayList<>();
    for (Map<String, Object> event : chunk) {
      if (event.get("type").equals("m.room.encrypted"))
        ids.addFirst((String) event.get("event_id"));
    }
    return ids;
  }

  static String membership(TestServer.User asking, String room, String user) {
    return asking
        .api()
        .get(CLIENT + "/rooms/" + room + "/state/m.room.member/" + user)
        .then()
        .extract()
        .path("membership");
  }

  static String serverOf(TestServer.User user) {
    return user.id().substring(user.id().indexOf(':') + 1);
  }
}
