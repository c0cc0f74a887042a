package org.hearth.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  private static final String FILTER =
      encode("{\"room\":{\"timeline\":{\"limit\":1000}},\"presence\":{\"types\":[]}}");

  /// A public room, encrypted from its creation. Returns its id.
  String createRoom() throws IOException, InterruptedException {
    ObjectNode body = object().put("preset", "public_chat");
    body.putArray("initial_state")
        .addObject()
        .put("type", "m.room.encryption")
        .put("state_key", "")
        .putObject("content")
        .put("algorithm", "m.megolm.v1.aes-sha2");
    return call("POST", API + "/createRoom", body).orThrow("createRoom").path("room_id").asText();
  }

  Homeserver.Answer join(String room) throws IOException, InterruptedException {
    return call("POST", API + "/join/" + encode(room), object());
  }

  /// Makes messages for one room. Everything but their marks is put together once, so that a send
  /// costs the generator no more than a copy.
  Messages messages(String room, Payloads payloads) {
    // No Base64, so that what follows it in a ciphertext does not seem to belong to it.
    String mark = ".".repeat(Payloads.MARK);
    String head =
        server.head(
            "PUT", API + "/rooms/" + encode(room) + "/send/m.room.encrypted/" + mark, token);
    byte[] template =
        Connection.request(
            head, payloads.content(mark, device).toString().getBytes(StandardCharsets.UTF_8));
    return new Messages(template, new String(template, US_ASCII), mark);
  }

  /// Requests that differ in their marks only.
  final class Messages {
    private final byte[] template;
    private final int inPath;
    private final int inBody;

    private Messages(byte[] template, String text, String mark) {
      this.template = template;
      this.inPath = text.indexOf("/" + mark) + 1;
      this.inBody = text.lastIndexOf(mark);
    }

    /// Sends one encrypted event. The answer may be a refusal.
    ///
    /// @param mark unique for this client; also the transaction id
    Homeserver.Answer send(String mark) throws IOException, InterruptedException {
      byte[] request = template.clone();
      byte[] bytes = mark.getBytes(US_ASCII);
      System.arraycopy(bytes, 0, request, inPath, bytes.length);
      System.arraycopy(bytes, 0, request, inBody, bytes.length);
      return server.send(request);
    }
  }

  /// @param since null for the initial sync
  /// @param timeoutMs how long the server may wait for news
  Homeserver.Answer sync(@Nullable String since, int timeoutMs)
      throws IOException, InterruptedException {
    String path = API + "/sync?timeout=" + timeoutMs + "&filter=" + FILTER;
    if (since != null) path += "&since=" + encode(since);
    Homeserver.Answer answer = server.send("GET", path, token, null);
    if (answer.status() != 200) answer.orThrow("sync");
    return answer;
  }

  private Homeserver.Answer call(String method, String path, JsonNode body)
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
