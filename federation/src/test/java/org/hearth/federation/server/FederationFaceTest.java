package org.hearth.federation.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.hearth.federation.FakeDns;
import org.hearth.federation.LoopbackServer;
import org.hearth.federation.TestAuthority;
import org.hearth.federation.TestClock;
import org.hearth.federation.XMatrix;
import org.hearth.federation.client.FederationReply;
import org.hearth.federation.client.PeerRules;
import org.hearth.federation.client.RequestSigner;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two servers that speak over TLS on the loopback interface: `them` asks, `us` answers.
class FederationFaceTest {
  private static Vertx vertx;
  private static TestAuthority authority;
  private static HttpClient http;

  private final TestClock clock = new TestClock();
  private final FakeDns dns = new FakeDns();
  private LoopbackServer us;
  private LoopbackServer them;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    authority = new TestAuthority();
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, authority.trust().getTrustManagers(), null);
    http = HttpClient.newBuilder().sslContext(tls).build();
  }

  @AfterAll
  static void stop() throws Exception {
    http.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void open() throws Exception {
    us =
        new LoopbackServer(
            vertx,
            authority,
            dns,
            "localhost",
            clock,
            new PeerRules(List.of(), List.of("denied.example")),
            new FaceLimits(100_000, 1 << 20, 10, 10, 1000, 1000));
    them = new LoopbackServer(vertx, authority, dns, "them.example", clock);
  }

  @AfterEach
  void close() {
    us.close();
    them.close();
  }

  private JsonNode answered(FederationReply reply) {
    assertThat(reply).isInstanceOf(FederationReply.Answered.class);
    return ((FederationReply.Answered) reply).body();
  }

  private void refused(FederationReply reply, int status, String code) {
    assertThat(reply).isInstanceOf(FederationReply.Refused.class);
    FederationReply.Refused refused = (FederationReply.Refused) reply;
    assertThat(refused.status() + " " + refused.errorCode() + " " + refused.error())
        .startsWith(status + " " + code + " ");
  }

  private FederationReply transaction(String id, ObjectNode body) {
    return them.client.put(us.name, "/_matrix/federation/v1/send/" + id, body);
  }

  private ObjectNode body() {
    ObjectNode body = Json.object();
    body.put("origin", them.name.value());
    body.put("origin_server_ts", 1);
    body.putArray("pdus");
    return body;
  }

  /// A request that is made by hand, with the header as given.
  private HttpResponse<String> raw(String method, String path, String authorization, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + us.port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) request.header("Authorization", authorization);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void takesTransactionsAndAnswersForEachEvent() {
    ObjectNode body = body();
    body.withArray("pdus").addObject().put("id", "$good");
    body.withArray("pdus").addObject().put("id", "$bad").put("bad", true);
    JsonNode answer = answered(transaction("1", body));
    assertThat(answer.toString())
        .isEqualTo("{\"pdus\":{\"$good\":{},\"$bad\":{\"error\":\"bad\"}}}");
    assertThat(us.seen).containsExactly(them.name);
  }

  /// An event that could be sent here, but not be sent on, would hold up the queues of others.
  @Test
  void anEventThatComesByItselfFitsIntoATransaction() {
    String join = "/_matrix/federation/v2/send_join/!room:localhost/$event";
    refused(them.client.put(us.name, join, nested(Json.MAX_DEPTH - 1)), 400, "M_BAD_JSON");
    answered(them.client.put(us.name, join, nested(Json.MAX_DEPTH - 2)));
    ObjectNode body = body();
    body.withArray("pdus").add(nested(Json.MAX_DEPTH - 2).put("id", "$deep"));
    assertThat(answered(transaction("deep", body)).toString()).contains("$deep");
  }

  private static ObjectNode nested(int depth) {
    ObjectNode object = Json.object();
    for (int i = 1; i < depth; i++) object = Json.object().set("a", object);
    return object;
  }

  @Test
  void carriesATransactionOutOnceHoweverOftenItIsSent() throws Exception {
    ObjectNode body = body();
    body.withArray("pdus").addObject().put("id", "$a");
    body.withArray("edus")
        .addObject()
        .put("edu_type", "m.direct_to_device")
        .set("content", Json.object().put("message_id", "1"));
    JsonNode first = answered(transaction("1", body));
    List<Thread> again = new java.util.ArrayList<>();
    for (int i = 0; i < 5; i++) {
      again.add(
          Thread.ofVirtual()
              .start(() -> assertThat(answered(transaction("1", body))).isEqualTo(first)));
    }
    for (Thread thread : again) thread.join();
    assertThat(us.rooms.calls).hasSize(1);
    assertThat(us.edus).hasSize(1);
    answered(transaction("2", body));
    assertThat(us.rooms.calls).hasSize(2);
  }

  @Test
  void aTransactionThatCouldNotBeStoredIsNotAnswered200() {
    ObjectNode body = body();
    body.withArray("pdus").addObject().put("id", "$a");
    us.rooms.failure = new LedgerException.Full();
    refused(transaction("1", body), 503, "M_UNKNOWN");
    us.rooms.failure = null;
    them.client.alive(us.name);
    answered(transaction("1", body));
  }

  /// "Must not include more than 50 PDUs", "Must not include more than 100 EDUs".
  @Test
  void refusesTransactionsWithTooManyParts() {
    ObjectNode pdus = body();
    for (int i = 0; i < 51; i++) pdus.withArray("pdus").addObject();
    refused(transaction("1", pdus), 400, "M_INVALID_PARAM");
    ObjectNode edus = body();
    for (int i = 0; i < 101; i++) edus.withArray("edus").addObject();
    refused(transaction("2", edus), 400, "M_INVALID_PARAM");
    ObjectNode foreign = body();
    foreign.put("origin", "other.example");
    refused(transaction("3", foreign), 400, "M_INVALID_PARAM");
    assertThat(us.rooms.calls).isEmpty();
  }

  /// Server ACLs apply to typing notices and receipts.
  @Test
  void dropsEdusOfRoomsThatKeepTheServerOut() {
    us.rooms.closed.add(new RoomId("!closed"));
    ObjectNode body = body();
    for (String room : List.of("!open", "!closed")) {
      body.withArray("edus")
          .addObject()
          .put("edu_type", "m.typing")
          .set("content", Json.object().put("room_id", room));
    }
    ObjectNode receipts = Json.object();
    receipts.putObject("!open").put("x", 1);
    receipts.putObject("!closed").put("x", 1);
    body.withArray("edus").addObject().put("edu_type", "m.receipt").set("content", receipts);
    body.withArray("edus").addObject().put("edu_type", "org.unknown").putObject("content");
    answered(transaction("1", body));
    assertThat(us.edus)
        .containsExactly("typing {\"room_id\":\"!open\"}", "receipt {\"!open\":{\"x\":1}}");
  }

  @Test
  void refusesRequestsThatAreNotSigned() throws Exception {
    HttpResponse<String> none = raw("GET", "/_matrix/federation/v1/event/$a", "", "");
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.body()).contains("M_UNAUTHORIZED");
    // By which the log is found.
    assertThat(none.headers().firstValue("X-Request-Id")).isPresent();
    for (String header :
        List.of(
            "Bearer abc",
            "X-Matrix",
            "X-Matrix origin=\"a",
            "X-Matrix origin=them.example,key=ed25519:1")) {
      assertThat(raw("GET", "/_matrix/federation/v1/event/$a", header, "").statusCode())
          .as(header)
          .isEqualTo(401);
    }
    assertThat(us.seen).isEmpty();
  }

  private String header(String method, String path, ServerName destination, String body)
      throws Exception {
    JsonNode content = body.isEmpty() ? null : Json.parse(body.getBytes(UTF_8));
    return new RequestSigner(them.name, them.key).authorization(method, path, destination, content);
  }

  @Test
  void refusesSignaturesForAnotherDestinationPathOrBody() throws Exception {
    String path = "/_matrix/federation/v1/make_leave/!r:x/@u:them.example";
    assertThat(raw("GET", path, header("GET", path, us.name, ""), "").statusCode()).isEqualTo(200);
    ServerName other = new ServerName("other.example");
    assertThat(raw("GET", path, header("GET", path, other, ""), "").statusCode()).isEqualTo(401);
    assertThat(raw("GET", path + "?x=1", header("GET", path, us.name, ""), "").statusCode())
        .isEqualTo(401);
    String send = "/_matrix/federation/v1/send/1";
    String good = header("PUT", send, us.name, "{\"pdus\":[]}");
    assertThat(raw("PUT", send, good, "{\"pdus\":[{}]}").statusCode()).isEqualTo(401);
    assertThat(raw("PUT", send, good, "{\"pdus\":[]}").statusCode()).isEqualTo(200);
  }

  @Test
  void acceptsOlderServersThatDoNotNameTheDestination() throws Exception {
    String path = "/_matrix/federation/v1/make_leave/!r:x/@u:them.example";
    XMatrix signed = XMatrix.parse(header("GET", path, us.name, "")).orElseThrow();
    String header = new XMatrix(signed.origin(), null, signed.key(), signed.signature()).format();
    assertThat(raw("GET", path, header, "").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesKeysThatAreUnknownOrOfAServerThatDoesNotAnswer() throws Exception {
    String path = "/_matrix/federation/v1/make_leave/!r:x/@u:them.example";
    String good = header("GET", path, us.name, "");
    assertThat(raw("GET", path, good.replace("ed25519:1", "ed25519:2"), "").statusCode())
        .isEqualTo(401);
    assertThat(raw("GET", path, good.replace(them.name.value(), "away.example"), "").statusCode())
        .isEqualTo(401);
    assertThat(raw("GET", path, good.replace(them.name.value(), "denied.example"), "").statusCode())
        .isEqualTo(403);
  }

  /// A key counts until `valid_until_ts` of its document; then the server must be asked again.
  @Test
  void refusesExpiredKeys() throws Exception {
    String path = "/_matrix/federation/v1/make_leave/!r:x/@u:them.example";
    String good = header("GET", path, us.name, "");
    assertThat(raw("GET", path, good, "").statusCode()).isEqualTo(200);
    them.close();
    clock.advance(Duration.ofHours(25));
    assertThat(raw("GET", path, good, "").statusCode()).isEqualTo(401);
  }

  @Test
  void refusesBodiesThatAreTooLargeOrNotJson() throws Exception {
    String path = "/_matrix/federation/v1/send/1";
    HttpResponse<String> large =
        raw(
            "PUT",
            path,
            "X-Matrix origin=a,key=ed25519:1,sig=a",
            "\"" + "x".repeat(200_000) + "\"");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).contains("M_TOO_LARGE");
    HttpResponse<String> broken = raw("PUT", path, "", "{\"pdus\":");
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(broken.body()).contains("M_NOT_JSON");
  }

  @Test
  void saysWhichPathsAndMethodsThereAre() throws Exception {
    HttpResponse<String> unknown = raw("GET", "/_matrix/federation/v1/nothing", "", "");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("M_UNRECOGNIZED");
    HttpResponse<String> method = raw("DELETE", "/_matrix/federation/v1/version", "", "");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(method.body()).contains("M_UNRECOGNIZED");
  }

  @Test
  void answersWithoutSignatureWhatIsForEverybody() throws Exception {
    assertThat(raw("GET", "/_matrix/federation/v1/version", "", "").body())
        .isEqualTo("{\"server\":{\"name\":\"Hearth\",\"version\":\"1.0\"}}");
    assertThat(raw("GET", "/.well-known/matrix/server", "", "").body())
        .isEqualTo("{\"m.server\":\"" + us.name + "\"}");
    assertThat(
            raw("GET", "/_matrix/federation/v1/openid/userinfo?access_token=good", "", "").body())
        .isEqualTo("{\"sub\":\"@alice:us.example\"}");
    assertThat(
            raw("GET", "/_matrix/federation/v1/openid/userinfo?access_token=bad", "", "")
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void publishesItsKeysAndThoseOfOthersAsANotary() throws Exception {
    assertThat(raw("GET", "/_matrix/key/v2/server", "", "").body())
        .contains("\"server_name\":\"" + us.name + "\"", us.key.verifyKey().base64());
    JsonNode notary =
        Json.parse(raw("GET", "/_matrix/key/v2/query/" + them.name, "", "").body().getBytes(UTF_8));
    JsonNode document = notary.path("server_keys").path(0);
    assertThat(document.path("server_name").asText()).isEqualTo(them.name.value());
    assertThat(document.path("signatures").propertyStream().map(e -> e.getKey()))
        .containsExactlyInAnyOrder(us.name.value(), them.name.value());
    String query = "{\"server_keys\":{\"" + them.name + "\":{},\"away.example\":{}}}";
    assertThat(
            Json.parse(raw("POST", "/_matrix/key/v2/query", "", query).body().getBytes(UTF_8))
                .path("server_keys")
                .size())
        .isEqualTo(1);
  }

  @Test
  void checksParameters() {
    String v1 = "/_matrix/federation/v1/";
    refused(them.client.get(us.name, v1 + "state/!r:x"), 400, "M_MISSING_PARAM");
    refused(them.client.get(us.name, v1 + "state/nonsense?event_id=$a"), 400, "M_INVALID_PARAM");
    refused(them.client.get(us.name, v1 + "backfill/!r:x?limit=x&v=$a"), 400, "M_INVALID_PARAM");
    refused(
        them.client.get(us.name, v1 + "timestamp_to_event/!r:x?ts=1&dir=z"),
        400,
        "M_INVALID_PARAM");
    refused(them.client.get(us.name, v1 + "query/nothing"), 404, "M_UNRECOGNIZED");
    refused(
        them.client.get(us.name, v1 + "query/profile?user_id=@bob:us.example"), 404, "M_NOT_FOUND");
    refused(them.client.get(us.name, v1 + "media/download/other"), 404, "M_NOT_FOUND");
    for (String way : List.of("media/download/", "media/thumbnail/")) {
      String outside = v1 + way + "..%2F..%2Fmaster.key?width=1&height=1";
      refused(them.client.get(us.name, outside), 400, "M_INVALID_PARAM");
    }
    refused(
        them.client.put(us.name, "/_matrix/federation/v2/invite/!r:x/$a", Json.object()),
        400,
        "M_BAD_JSON");
  }
}
