package org.hearth.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that gives prepared answers.
class HomeserverTest {
  private final Queue<Prepared> answers = new ArrayDeque<>();
  private HttpServer server;
  private Homeserver homeserver;

  private final List<Request> requests = new CopyOnWriteArrayList<>();

  private record Prepared(int status, String body) {}

  private record Request(String path, String authorization, String body) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              new Request(
                  exchange.getRequestURI().getRawPath(),
                  String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                  new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          Prepared answer = answers.remove();
          byte[] body = answer.body().getBytes(UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    homeserver =
        new Homeserver(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), null);
  }

  @AfterEach
  void stop() {
    homeserver.close();
    server.stop(0);
  }

  @Test
  void waitsAsLongAsTheServerSaysAfter429AndCountsIt() throws Exception {
    answers.add(new Prepared(429, "{\"errcode\": \"M_LIMIT_EXCEEDED\", \"retry_after_ms\": 120}"));
    answers.add(new Prepared(200, "{\"event_id\": \"$a\"}"));

    long begun = System.nanoTime();
    Homeserver.Answer answer = homeserver.send("PUT", "/send", "token", Client.object());

    assertThat(answer.body().path("event_id").asText()).isEqualTo("$a");
    assertThat(homeserver.rateLimited.sum()).isEqualTo(1);
    assertThat(System.nanoTime() - begun).isGreaterThan(120_000_000L);
    assertThat(answer.nanos())
        .as("the wait is not latency")
        .isLessThan(answer.begun() + answer.nanos() - begun);
  }

  @Test
  void givesRefusalsToTheCaller() throws Exception {
    answers.add(new Prepared(403, "{\"errcode\": \"M_FORBIDDEN\"}"));

    Homeserver.Answer answer = homeserver.send("GET", "/", null, null);

    assertThat(answer.status()).isEqualTo(403);
    assertThatThrownBy(() -> answer.orThrow("join"))
        .hasMessageContaining("403")
        .hasMessageContaining("M_FORBIDDEN");
  }

  @Test
  void anAnswerThatIsNoJsonHasAMissingBody() throws Exception {
    answers.add(new Prepared(502, "<html>"));

    assertThat(homeserver.send("GET", "/", null, null).body().isMissingNode()).isTrue();
  }

  @Test
  void messagesDifferInTheirMarksOnly() throws Exception {
    var client = new Client(homeserver, "@a:b", "D", "t");
    var messages = client.messages("!room:b", new Payloads());
    answers.add(new Prepared(200, "{}"));
    answers.add(new Prepared(200, "{}"));

    messages.send(Payloads.mark(1, 2, 3));
    messages.send(Payloads.mark(1, 2, 4));

    assertThat(requests)
        .extracting(Request::path)
        .containsExactly(
            "/_matrix/client/v3/rooms/%21room%3Ab/send/m.room.encrypted/Aw10000200000003",
            "/_matrix/client/v3/rooms/%21room%3Ab/send/m.room.encrypted/Aw10000200000004");
    assertThat(requests).allMatch(request -> request.authorization().equals("Bearer t"));
    assertThat(requests.getFirst().body().replace("Aw10000200000003", "Aw10000200000004"))
        .isEqualTo(requests.getLast().body())
        .contains("\"ciphertext\":\"Aw10000200000004");
  }

  @Test
  void theMarkIsWhereTheCiphertextBeginsWhateverFollows() throws Exception {
    var payloads = new Payloads();
    while (follows(payloads) != 'x') payloads = new Payloads();
    answers.add(new Prepared(200, "{}"));

    new Client(homeserver, "@a:b", "D", "t").messages("!room:b", payloads).send("Aw00000000000001");

    assertThat(requests.getLast().body()).contains("\"ciphertext\":\"Aw00000000000001x");
  }

  private static char follows(Payloads payloads) {
    return payloads.content("", "D").path("ciphertext").asText().charAt(0);
  }

  @Test
  void registersOpenlyInTwoSteps() throws Exception {
    answers.add(
        new Prepared(401, "{\"session\": \"s\", \"flows\": [{\"stages\": [\"m.login.dummy\"]}]}"));
    answers.add(
        new Prepared(
            200, "{\"user_id\": \"@a:b\", \"device_id\": \"D\", \"access_token\": \"t\"}"));

    List<Client> clients = new Accounts.Open().get(homeserver, 1);

    assertThat(clients).containsExactly(new Client(homeserver, "@a:b", "D", "t"));
  }
}
