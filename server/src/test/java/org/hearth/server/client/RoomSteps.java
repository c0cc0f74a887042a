package org.hearth.server.client;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.hearth.server.TestServer.User;

/// What tests do in rooms, in one line each.
final class RoomSteps {
  static final String V3 = "/_matrix/client/v3";
  private static final AtomicInteger TRANSACTIONS = new AtomicInteger();

  private RoomSteps() {}

  static String create(User user, Map<String, ?> body) {
    return post(user, "/createRoom", body).statusCode(200).extract().path("room_id");
  }

  static String publicRoom(User user) {
    return create(user, Map.of("preset", "public_chat"));
  }

  static ValidatableResponse post(User user, String path, Map<String, ?> body) {
    return user.api().body(body).post(V3 + path).then();
  }

  static ValidatableResponse put(User user, String path, Map<String, ?> body) {
    return user.api().body(body).put(V3 + path).then();
  }

  static ValidatableResponse get(User user, String path) {
    return user.api().get(V3 + path).then();
  }

  static void join(User user, String room) {
    post(user, "/rooms/" + room + "/join", Map.of()).statusCode(200);
  }

  static void invite(User inviter, String room, User invited) {
    post(inviter, "/rooms/" + room + "/invite", Map.of("user_id", invited.id())).statusCode(200);
  }

  /// Sends a message in clear and answers its event ID.
  static String say(User user, String room, String text) {
    return send(user, room, "m.room.message", Map.of("msgtype", "m.text", "body", text))
        .then()
        .statusCode(200)
        .extract()
        .path("event_id");
  }

  static Response send(User user, String room, String type, Map<String, ?> content) {
    return send(user, room, type, "t" + TRANSACTIONS.incrementAndGet(), content);
  }

  static Response send(
      User user, String room, String type, String transaction, Map<String, ?> content) {
    RequestSpecification api = user.api().body(content);
    return api.put(V3 + "/rooms/" + room + "/send/" + type + "/" + transaction);
  }
}
