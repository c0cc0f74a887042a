package org.hearth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One account with one device, and the few requests that the scenarios make.
///
/// @param server where the account is
/// @param userId full user id
/// @param device id of the device that the token belongs to
/// @param token its access token
record Client(Homeserver server, String userId, String device, String token) {
  private static final String API = "/_matrix/client/v3";

  /// A public room, encrypted from its creation. Returns its id.
  String createRoom() throws IOException, InterruptedException {
    ObjectNode body = object().put("preset", "public_chat");
    body.putArray("initial_state")
        .addObject()
        .put("type", "m.room.encryption")
        .put("state_key", "")
        .putObject("content")
        .put("algorithm", "m.megolm.v1.aes-sha2");
    return call(HttpMethod.POST, API + "/createRoom", body)
        .orThrow("createRoom")
        .path("room_id")
        .asText();
  }

  void join(String room) throws IOException, InterruptedException {
    call(HttpMethod.POST, API + "/join/" + encode(room), object()).orThrow("join");
  }

  /// Sends one encrypted event. The answer may be a refusal.
  ///
  /// @param transaction unique for this client
  Homeserver.Answer send(String room, String transaction, JsonNode content)
      throws IOException, InterruptedException {
    return call(
        HttpMethod.PUT,
        API + "/rooms/" + encode(room) + "/send/m.room.encrypted/" + transaction,
        content);
  }

  /// @param since null for the initial sync
  /// @param timeoutMs how long the server may wait for news
  JsonNode sync(@Nullable String since, int timeoutMs) throws IOException, InterruptedException {
    String filter =
        encode("{\"room\":{\"timeline\":{\"limit\":1000}},\"presence\":{\"types\":[]}}");
    String path = API + "/sync?timeout=" + timeoutMs + "&filter=" + filter;
    if (since != null) path += "&since=" + encode(since);
    return server.send(HttpMethod.GET, path, token, null).orThrow("sync");
  }

  private Homeserver.Answer call(HttpMethod method, String path, JsonNode body)
      throws IOException, InterruptedException {
    return server.send(method, path, token, body);
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
