package org.hearth.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import org.hearth.server.config.ConfigReader;
import org.jspecify.annotations.Nullable;

/// What a server does in its first minutes, once, on data that is thrown away: the launcher lets
/// Java remember which classes and which code that took, so that a real start and its first
/// requests have them at hand.
final class Rehearsal {
  private static final String API = "/_matrix/client/v3";

  private static final int MESSAGES = 200;

  private static final List<String> SETTINGS =
      List.of(
          "listeners.0.port=0",
          "log.level=warn",
          "registration.mode=open",
          "rate_limits.enabled=false");

  private final String base;
  private @Nullable String token;

  /// @param base of a server with open registration
  Rehearsal(String base) {
    this.base = base;
  }

  /// What a rehearsal is played with. It reads no file: the administrator's one may name a database
  /// and keys that are in use, or are to be used first by the real server.
  ///
  /// @param overrides of the command line: where the data goes that is thrown away
  static Config config(List<String> overrides) throws ConfigException {
    var all = new ArrayList<>(SETTINGS);
    all.addAll(overrides);
    return ConfigReader.read("", "the rehearsal", Path.of("").toAbsolutePath(), all);
  }

  /// @throws IOException if the server does not answer as it should
  void play() throws IOException {
    call("GET", "/_matrix/client/versions", null);
    var registration = Json.object().put("username", "rehearsal").put("password", "rehearsal");
    registration.putObject("auth").put("type", "m.login.dummy");
    token = call("POST", API + "/register", registration).path("access_token").asText();
    var room = call("POST", API + "/createRoom", Json.object().put("preset", "public_chat"));
    String send = API + "/rooms/" + encode(room.path("room_id").asText()) + "/send/";
    String since = call("GET", API + "/sync", null).path("next_batch").asText();
    for (int i = 0; i < MESSAGES; i++) {
      call("PUT", send + "m.room.encrypted/r" + i, message());
      since = call("GET", API + "/sync?since=" + since, null).path("next_batch").asText();
    }
  }

  private static ObjectNode message() {
    var ciphertext = new byte[720];
    ciphertext[0] = 3;
    return Json.object()
        .put("algorithm", "m.megolm.v1.aes-sha2")
        .put("ciphertext", base64(ciphertext))
        .put("device_id", "REHEARSAL")
        .put("sender_key", base64(new byte[32]))
        .put("session_id", base64(new byte[32]));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private ObjectNode call(String method, String path, @Nullable ObjectNode body)
      throws IOException {
    var connection = (HttpURLConnection) URI.create(base + path).toURL().openConnection();
    connection.setRequestMethod(method);
    if (token != null) connection.setRequestProperty("Authorization", "Bearer " + token);
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (var out = connection.getOutputStream()) {
        out.write(Json.write(body));
      }
    }
    if (connection.getResponseCode() != 200)
      throw new IOException(
          "the rehearsal's " + method + " was answered " + connection.getResponseCode());
    try (var in = connection.getInputStream()) {
      return Json.parseObject(in.readAllBytes());
    } catch (MalformedJson e) {
      throw new IOException(e);
    }
  }
}
