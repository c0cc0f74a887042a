package org.hearth.federation.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.hearth.federation.FakeDns;
import org.hearth.federation.TestAuthority;
import org.hearth.federation.TestClock;
import org.hearth.federation.XMatrix;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FederationClientTest {
  private static final ServerName US = new ServerName("us.example");
  private static final SigningKey KEY = SigningKey.generate("ed25519:1", new SecureRandom());
  private static Vertx vertx;
  private static TestAuthority authority;

  private final FakeDns dns = new FakeDns().address("peer.example", "127.0.0.1");
  private final TestClock clock = new TestClock();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private FederationClient client;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    authority = new TestAuthority();
  }

  @AfterAll
  static void stop() throws Exception {
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    if (client != null) client.close();
    if (server != null) server.close();
  }

  private ServerName listen(String certificateName, io.vertx.core.Handler<HttpServerRequest> answer)
      throws Exception {
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setSni(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(authority.server(certificateName))))
            .requestHandler(answer)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    return new ServerName("peer.example:" + server.actualPort());
  }

  private FederationClient client(boolean privateAllowed, FederationLimits limits)
      throws Exception {
    client =
        new FederationClient(
            vertx,
            new RequestSigner(US, KEY),
            authority.trust(),
            new PeerRules(List.of(), List.of("evil.example")),
            new AddressRules(privateAllowed),
            limits,
            dns,
            clock,
            new Random(1));
    return client;
  }

  private FederationClient client() throws Exception {
    return client(true, FederationLimits.DEFAULT);
  }

  private FederationReply.Cause cause(FederationReply reply) {
    assertThat(reply).isInstanceOf(FederationReply.Failed.class);
    return ((FederationReply.Failed) reply).cause();
  }

  @Test
  void signsWhatTheOtherSideSees() throws Exception {
    ServerName peer =
        listen(
            "peer.example",
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          seen.add(request.getHeader("Host"));
                          seen.add(request.connection().indicatedServerName());
                          XMatrix header =
                              XMatrix.parse(request.getHeader("Authorization")).orElseThrow();
                          ObjectNode signed =
                              RequestSigner.requestObject(
                                  request.method().name(),
                                  request.uri(),
                                  header.origin(),
                                  header.destination(),
                                  Json.mapperForRecords().valueToTree(parse(body.getBytes())));
                          boolean good =
                              KEY.verifyKey()
                                  .verify(
                                      SignedJson.signedBytes(signed),
                                      Base64Unpadded.decode(header.signature()));
                          request.response().end("{\"good\":" + good + "}");
                        }));
    ObjectNode body = Json.object().put("b", 1).put("a", "ü");
    FederationReply reply = client().put(peer, "/_matrix/federation/v1/send/1?x=%20y", body);

    assertThat(reply).isEqualTo(new FederationReply.Answered(Json.object().put("good", true)));
    assertThat(seen).containsExactly(peer.value(), "peer.example");
  }

  private static Object parse(byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (org.hearth.schemas.json.MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void passesRefusalsOn() throws Exception {
    ServerName peer =
        listen(
            "peer.example",
            request ->
                request
                    .response()
                    .setStatusCode(429)
                    .end(
                        "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"slow\",\"retry_after_ms\":70}"));
    FederationReply.Refused refused = (FederationReply.Refused) client().get(peer, "/x");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.errorCode()).isEqualTo("M_LIMIT_EXCEEDED");
    assertThat(refused.retryAfter()).contains(Duration.ofMillis(70));
    assertThat(client.backingOffUntil(peer)).isEmpty();
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    ServerName peer = listen("other.example", request -> request.response().end("{}"));
    FederationReply reply = client().get(peer, "/x");
    assertThat(reply)
        .isEqualTo(
            new FederationReply.Failed(
                FederationReply.Cause.UNREACHABLE, "Its certificate cannot be trusted."));
  }

  @Test
  void acceptsACertificateForAnAddress() throws Exception {
    listen("127.0.0.1", request -> request.response().end("{}"));
    ServerName peer = new ServerName("127.0.0.1:" + server.actualPort());
    assertThat(client().get(peer, "/x")).isEqualTo(new FederationReply.Answered(Json.object()));
  }

  @Test
  void connectsToPrivateAddressesOnlyIfConfigured() throws Exception {
    ServerName peer = listen("peer.example", request -> request.response().end("{}"));
    FederationClient client = client(false, FederationLimits.DEFAULT);
    assertThat(cause(client.get(peer, "/x"))).isEqualTo(FederationReply.Cause.BLOCKED);
  }

  @Test
  void speaksNotWithDeniedServersNorItself() throws Exception {
    FederationClient client = client();
    assertThat(cause(client.get(new ServerName("evil.example"), "/x")))
        .isEqualTo(FederationReply.Cause.BLOCKED);
    assertThat(cause(client.get(US, "/x"))).isEqualTo(FederationReply.Cause.BLOCKED);
  }

  @Test
  void stopsReadingAnswersThatAreTooLarge() throws Exception {
    ServerName peer =
        listen("peer.example", request -> request.response().end("\"" + "x".repeat(5000) + "\""));
    FederationClient client = client();
    assertThat(cause(client.get(peer, "/x", client.options().withMaxBytes(1000))))
        .isEqualTo(FederationReply.Cause.UNUSABLE);
    assertThat(client.get(peer, "/x")).isInstanceOf(FederationReply.Answered.class);
  }

  @Test
  void answersThatAreNotJsonAreOfNoUse() throws Exception {
    ServerName peer = listen("peer.example", request -> request.response().end("<html>"));
    assertThat(cause(client().get(peer, "/x"))).isEqualTo(FederationReply.Cause.UNUSABLE);
  }

  @Test
  void givesUpAfterTheTimeAndLeavesTheServerAloneForAWhile() throws Exception {
    ServerName peer =
        listen(
            "peer.example",
            request -> {
              if (request.path().equals("/ready")) request.response().end("{}");
              else seen.add(request.path());
            });
    FederationClient client = client();
    // The first connection of a process takes longer than the others.
    assertThat(client.get(peer, "/ready")).isInstanceOf(FederationReply.Answered.class);
    FederationClient.Options short_ = client.options().withTimeout(Duration.ofSeconds(3));
    assertThat(cause(client.get(peer, "/x", short_))).isEqualTo(FederationReply.Cause.TIMED_OUT);
    assertThat(cause(client.get(peer, "/x", short_))).isEqualTo(FederationReply.Cause.BACKING_OFF);
    client.alive(peer);
    assertThat(cause(client.get(peer, "/x", short_))).isEqualTo(FederationReply.Cause.TIMED_OUT);
    clock.advance(Duration.ofMinutes(1));
    assertThat(cause(client.get(peer, "/x", short_))).isEqualTo(FederationReply.Cause.TIMED_OUT);
    assertThat(seen).hasSize(3);
  }

  @Test
  void triesTheNextAddressIfOneDoesNotAnswer() throws Exception {
    ServerName peer = listen("peer.example", request -> request.response().end("{}"));
    // Nothing listens on the first one.
    dns.address("peer.example", "127.0.0.9", "127.0.0.1");
    assertThat(client().get(peer, "/x")).isInstanceOf(FederationReply.Answered.class);
  }

  @Test
  void boundsTheRequestsToOneServer() throws Exception {
    ServerName peer = listen("peer.example", request -> seen.add(request.path()));
    FederationLimits limits =
        new FederationLimits(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1000,
            1,
            10,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            10);
    FederationClient client = client(true, limits);
    Thread first = Thread.ofVirtual().start(() -> client.get(peer, "/first"));
    while (seen.isEmpty()) Thread.sleep(5);
    assertThat(
            cause(client.get(peer, "/second", client.options().withTimeout(Duration.ofMillis(50)))))
        .isEqualTo(FederationReply.Cause.BUSY);
    first.join();
    assertThat(seen).containsExactly("/first");
  }
}
