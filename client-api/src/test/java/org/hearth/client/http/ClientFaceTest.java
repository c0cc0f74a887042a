package org.hearth.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.account.Session;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientFaceTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");

  record Greeting(String name, @JsonProperty("how_often") @Nullable Long howOften) {}

  private final Vertx vertx = Vertx.vertx();
  private final RequestThreads threads = new RequestThreads(1, 8, 8);
  private final CountDownLatch news = new CountDownLatch(1);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    var routes = new Routes();
    routes.get("/v3/open", Auth.NONE, (caller, path) -> Reply.ok(Map.of("ok", true)));
    routes.get(
        "/v3/me",
        Auth.ACCESS_TOKEN,
        (caller, path) -> Reply.ok(Map.of("user_id", caller.userId())));
    routes.get("/v3/admin", Auth.ADMIN, (caller, path) -> Reply.empty());
    routes.post(
        "/v3/greet",
        Auth.NONE,
        Greeting.class,
        (caller, path, body) -> Reply.ok(Map.of("name", body.name())));
    routes
        .bodyUpTo(100)
        .put("/v3/any", Auth.NONE, ObjectNode.class, (c, p, body) -> Reply.ok(body));
    routes
        .emptyBodyAllowed()
        .post("/v3/maybe", Auth.NONE, JsonNode.class, (c, p, body) -> Reply.ok(body));
    routes.get("/v3/rooms/:roomId/state/:type", Auth.NONE, ClientFaceTest::state);
    routes.get("/v3/rooms/:roomId/state/:type/", Auth.NONE, ClientFaceTest::state);
    routes.get("/v3/rooms/:roomId/state/:type/:key", Auth.NONE, ClientFaceTest::state);
    routes.limited(RateClass.LOGIN).get("/v3/limited", Auth.NONE, (caller, path) -> Reply.empty());
    routes.get(
        "/v3/poll",
        Auth.NONE,
        (caller, path) -> Reply.ok(Map.of("news", threads.parked(() -> await(news)))));
    routes.get(
        "/v3/fails",
        Auth.NONE,
        (caller, path) -> {
          throw new IllegalStateException("secret");
        });
    routes.bodyUpTo(3_000_000).stream(
        Method.POST, "/_matrix/media/v3/upload", Auth.NONE, (c, p, body) -> count(body));
    routes.get(
        "/v3/full",
        Auth.NONE,
        (caller, path) -> {
          throw new LedgerException.Full();
        });
    routes.get(
        "/v1/download",
        Auth.NONE,
        (caller, path) ->
            Reply.stream("image/png", -1, new ByteArrayInputStream(new byte[200_000])));
    var face =
        new ClientFace(
            routes,
            ClientFaceTest::check,
            new RateLimits(
                Map.of(RateClass.LOGIN, new RateLimits.Rate(0.5, 2)),
                InstantSource.system(),
                new MemoryBudget(1 << 20)),
            threads,
            new ClientFace.Limits(10_000_000, false),
            metrics);
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .requestHandler(request -> face.handle(request, false))
            .listen()
            .await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws Exception {
    news.countDown();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /// What waits for the disk is bounded: beyond it clients are told to come back.
  @Test
  void aFullQueueOfWritesIsARateLimit() {
    var response = get("/v3/full");

    assertError(response, 429, "M_LIMIT_EXCEEDED");
    assertThat(header(response, "Retry-After")).isEqualTo("1");
    assertThat(response.body()).contains("\"retry_after_ms\":1000");
  }

  @Test
  void answersJsonWithCorsHeadersAndRequestId() {
    var response = get("/v3/open");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"ok\":true}");
    assertThat(header(response, "Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(header(response, "X-Request-Id")).isNotEmpty();
  }

  @Test
  void theOldNameOfVersion3StillAnswers() {
    assertThat(get("/r0/open").statusCode()).isEqualTo(200);
  }

  @Test
  void optionsAnswersOnEveryPath() {
    var response = send("OPTIONS", "/v3/open", null, null);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Access-Control-Allow-Methods")).contains("PUT");
    assertThat(header(response, "Access-Control-Allow-Headers")).contains("Authorization");
  }

  @Test
  void unknownPathAndWrongMethodAreUnrecognized() {
    assertError(get("/v3/nothing"), 404, "M_UNRECOGNIZED");
    assertError(send("POST", "/v3/open", "{}", null), 405, "M_UNRECOGNIZED");
    assertError(send("PATCH", "/v3/open", "{}", null), 405, "M_UNRECOGNIZED");
  }

  @Test
  void tokensAreCheckedAsTheRouteDeclares() {
    assertError(get("/v3/me"), 401, "M_MISSING_TOKEN");
    assertError(send("GET", "/v3/me", null, "nonsense"), 401, "M_UNKNOWN_TOKEN");
    assertThat(send("GET", "/v3/me", null, "expired").body()).contains("\"soft_logout\":true");
    assertError(send("GET", "/v3/me", null, "locked"), 401, "M_USER_LOCKED");
    assertError(send("GET", "/v3/admin", null, "alice"), 403, "M_FORBIDDEN");
    assertThat(send("GET", "/v3/me", null, "alice").body())
        .isEqualTo("{\"user_id\":\"@alice:a.example\"}");
  }

  @Test
  void tokensInTheAddressAreRefused() {
    assertError(get("/v3/me?access_token=alice"), 401, "M_MISSING_TOKEN");
  }

  @Test
  void bodiesAreBoundStrictly() {
    assertThat(send("POST", "/v3/greet", "{\"name\":\"x\",\"new\":[1]}", null).body())
        .contains("\"name\":\"x\"");
    assertError(send("POST", "/v3/greet", "{\"name\":", null), 400, "M_NOT_JSON");
    assertError(send("POST", "/v3/greet", "", null), 400, "M_NOT_JSON");
    assertError(send("POST", "/v3/greet", "[]", null), 400, "M_BAD_JSON");
    assertError(send("POST", "/v3/greet", "{\"name\":1}", null), 400, "M_BAD_JSON");
    assertError(
        send("POST", "/v3/greet", "{\"name\":\"x\",\"how_often\":\"1\"}", null), 400, "M_BAD_JSON");
    assertError(send("POST", "/v3/greet", "{}", null), 400, "M_MISSING_PARAM");
    assertError(send("POST", "/v3/greet", "{\"name\":null}", null), 400, "M_MISSING_PARAM");
    assertError(send("PUT", "/v3/any", "[]", null), 400, "M_BAD_JSON");
    assertThat(send("POST", "/v3/maybe", "", null).body()).isEqualTo("{}");
  }

  @Test
  void bodiesBeyondTheRoutesBoundAreTooLarge() {
    String large = "{\"a\":\"" + "x".repeat(5_000_000) + "\"}";

    assertError(send("PUT", "/v3/any", large, null), 413, "M_TOO_LARGE");
    assertError(sendChunked("/v3/any", large), 413, "M_TOO_LARGE");
  }

  @Test
  void pathParametersAreDecodedAfterSplitting() {
    assertThat(get("/v3/rooms/!a%3Ab.example/state/m.x/a%2Fb%20+").body())
        .isEqualTo("[\"!a:b.example\",\"m.x\",\"a/b +\"]");
    assertThat(get("/v3/rooms/!a:b.example/state/m.x/").body())
        .isEqualTo("[\"!a:b.example\",\"m.x\",\"\"]");
    assertThat(get("/v3/rooms/!a:b.example/state/m.x").body())
        .isEqualTo("[\"!a:b.example\",\"m.x\",\"\"]");
    assertError(get("/v3/rooms/@a:b/state/m.x"), 400, "M_INVALID_PARAM");
    assertError(get("/v3/rooms/!a:b/state/%ff"), 400, "M_INVALID_PARAM");
    assertError(get("/v3/rooms/!a:b/state/%00"), 400, "M_INVALID_PARAM");
    assertError(get("/v3/open?x=%00"), 400, "M_INVALID_PARAM");
  }

  @Test
  void limitsAnswerHowLongToWait() {
    get("/v3/limited");
    get("/v3/limited");
    var response = get("/v3/limited");

    assertError(response, 429, "M_LIMIT_EXCEEDED");
    assertThat(response.body()).contains("retry_after_ms");
    assertThat(Integer.parseInt(header(response, "Retry-After"))).isBetween(1, 2);
  }

  @Test
  void parkedRequestsLetOthersRun() throws Exception {
    var poll =
        client.sendAsync(
            HttpRequest.newBuilder(uri("/_matrix/client/v3/poll")).build(),
            BodyHandlers.ofString());
    while (threads.parkedNow() == 0) {
      Thread.sleep(5);
    }

    // One handler runs at a time here; the parked one does not count.
    assertThat(get("/v3/open").statusCode()).isEqualTo(200);
    news.countDown();
    assertThat(poll.get(5, TimeUnit.SECONDS).body()).isEqualTo("{\"news\":true}");
  }

  @Test
  void bugsAnswerWithoutDetails() {
    var response = get("/v3/fails");

    assertError(response, 500, "M_UNKNOWN");
    assertThat(response.body()).doesNotContain("secret");
  }

  @Test
  void bodiesStreamInBothDirections() {
    assertThat(sendTo("POST", "/_matrix/media/v3/upload", "x".repeat(2_000_000), null).body())
        .isEqualTo("{\"bytes\":2000000}");
    assertError(
        sendTo("POST", "/_matrix/media/r0/upload", "x".repeat(4_000_000), null),
        413,
        "M_TOO_LARGE");
    assertThat(get("/v1/download").body()).hasSize(200_000);
  }

  @Test
  void requestsAreTimedByTemplateAndStatus() throws Exception {
    get("/v3/rooms/!a:b.example/state/m.x");

    // Measured after the answer was handed over.
    for (int i = 0; i < 100 && timed().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(timed()).hasValue(1L);
  }

  private Optional<Long> timed() {
    var timer =
        metrics
            .find("hearth.http.requests")
            .tag("route", "/_matrix/client/v3/rooms/:roomId/state/:type")
            .tag("status", "200")
            .timer();
    return Optional.ofNullable(timer).map(found -> found.count());
  }

  private static Reply state(Caller caller, Path path) {
    return Reply.ok(List.of(path.roomId(), path.get("type"), path.getOr("key", "")));
  }

  private static TokenCheck.Result check(String token, String address, String agent) {
    return switch (token) {
      case "alice" -> new TokenCheck.Result.Good(new Session(ALICE, "DEV", false, false, false));
      case "locked" -> new TokenCheck.Result.Good(new Session(ALICE, "DEV", false, true, false));
      case "expired" -> new TokenCheck.Result.Bad(true);
      default -> new TokenCheck.Result.Bad(false);
    };
  }

  private static Reply count(BodyStream body) {
    try {
      return Reply.ok(Map.of("bytes", body.readAllBytes().length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertError(HttpResponse<String> response, int status, String errcode) {
    try {
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      var body = Json.parseObject(response.body().getBytes(StandardCharsets.UTF_8));
      assertThat(body.path("errcode").asText()).isEqualTo(errcode);
      assertThat(body.path("error").asText()).isNotEmpty();
    } catch (MalformedJson e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path, null, null);
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable String body, @Nullable String token) {
    return sendTo(method, "/_matrix/client" + path, body, token);
  }

  private HttpResponse<String> sendTo(
      String method, String path, @Nullable String body, @Nullable String token) {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return exchange(path, method, publisher, token);
  }

  private HttpResponse<String> sendChunked(String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return exchange(
        "/_matrix/client" + path,
        "PUT",
        HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
        null);
  }

  private HttpResponse<String> exchange(
      String path, String method, HttpRequest.BodyPublisher body, @Nullable String token) {
    try {
      var request = HttpRequest.newBuilder(uri(path)).method(method, body);
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      return client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.actualPort() + path);
  }
}
