package org.hearth.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Where the clients of a run come from.
sealed interface Accounts {

  /// @throws IOException if the server refuses; the message has its answer
  List<Client> get(Homeserver server, int count) throws IOException, InterruptedException;

  /// Accounts that exist already.
  ///
  /// @param tokens one access token for each client
  record Existing(List<String> tokens) implements Accounts {
    @Override
    public List<Client> get(Homeserver server, int count) throws IOException, InterruptedException {
      if (tokens.size() < count)
        throw new IOException(count + " clients need as many tokens; there are " + tokens.size());
      var clients = new ArrayList<Client>();
      for (String token : tokens.subList(0, count)) {
        JsonNode me =
            server.send("GET", "/_matrix/client/v3/account/whoami", token, null).orThrow("whoami");
        clients.add(new Client(server, text(me, "user_id"), text(me, "device_id"), token));
      }
      return clients;
    }
  }

  /// New accounts, where everybody may register (stage `m.login.dummy`).
  record Open() implements Accounts {
    private static final String REGISTER = "/_matrix/client/v3/register";

    @Override
    public List<Client> get(Homeserver server, int count) throws IOException, InterruptedException {
      return Crowd.ask(count, 8, number -> register(server, name(number)));
    }

    private static Client register(Homeserver server, String name)
        throws IOException, InterruptedException {
      ObjectNode body = Client.object().put("username", name).put("password", hex(12));
      Homeserver.Answer answer = server.send("POST", REGISTER, null, body);
      if (answer.status() == 401) {
        body.putObject("auth")
            .put("type", "m.login.dummy")
            .put("session", text(answer.body(), "session"));
        answer = server.send("POST", REGISTER, null, body);
      }
      return client(server, answer.orThrow("register (is open registration on?)"));
    }
  }

  /// New accounts by the shared secret of `/_synapse/admin/v1/register`.
  record SharedSecret(String secret) implements Accounts {
    private static final String REGISTER = "/_synapse/admin/v1/register";

    @Override
    public List<Client> get(Homeserver server, int count) throws IOException, InterruptedException {
      return Crowd.ask(count, 8, number -> register(server, name(number)));
    }

    private Client register(Homeserver server, String name)
        throws IOException, InterruptedException {
      String nonce = text(server.send("GET", REGISTER, null, null).orThrow("nonce"), "nonce");
      String password = hex(12);
      ObjectNode body =
          Client.object()
              .put("nonce", nonce)
              .put("username", name)
              .put("password", password)
              .put("admin", false)
              .put("mac", mac(String.join("\0", nonce, name, password, "notadmin")));
      return client(server, server.send("POST", REGISTER, null, body).orThrow("register"));
    }

    private String mac(String text) {
      try {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA1"));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException("every Java has HmacSHA1", impossible);
      }
    }
  }

  private static Client client(Homeserver server, JsonNode registered) {
    return new Client(
        server,
        text(registered, "user_id"),
        text(registered, "device_id"),
        text(registered, "access_token"));
  }

  private static String name(int number) {
    return "bench-" + hex(4) + "-" + number;
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText();
  }

  private static String hex(int bytes) {
    var random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
