package org.hearth.federation.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.engine.federation.MediaContent;
import org.hearth.federation.FakeDns;
import org.hearth.federation.LoopbackServer;
import org.hearth.federation.TestAuthority;
import org.hearth.federation.TestClock;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Files, keys and profiles of another server.
class FederatedMediaTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final FakeDns dns = new FakeDns();
  private Vertx vertx;
  private TestAuthority authority;
  private LoopbackServer us;
  private LoopbackServer them;
  private HttpServer other;
  private FederatedMedia media;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    authority = new TestAuthority();
    TestClock clock = new TestClock();
    us = new LoopbackServer(vertx, authority, dns, "us.example", clock);
    them = new LoopbackServer(vertx, authority, dns, "them.example", clock);
    media = new FederatedMedia(us.client);
  }

  @AfterEach
  void close() throws Exception {
    us.close();
    them.close();
    if (other != null) other.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  /// A server that does as the handler says.
  private ServerName other(Handler<HttpServerRequest> handler) throws Exception {
    other =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(authority.server("other.example"))))
            .requestHandler(handler)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    dns.address("other.example", "127.0.0.1");
    return new ServerName("other.example:" + other.actualPort());
  }

  private MediaContent done(Outcome<MediaContent> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<MediaContent>) outcome).value();
  }

  private ErrorCode code(Outcome<?> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused<?>) outcome).refusal().code();
  }

  private static String text(MediaContent content) throws IOException {
    try (var bytes = content.bytes()) {
      return new String(bytes.readAllBytes(), UTF_8);
    }
  }

  @Test
  void downloadsWithAuthentication() throws IOException {
    MediaContent content = done(media.download(MxcUri.of(them.name, "some"), 1000, TIMEOUT));
    assertThat(content.contentType()).isEqualTo("text/plain");
    assertThat(content.contentDisposition()).contains("attachment; filename=\"a  b.txt\"");
    assertThat(text(content)).isEqualTo("--not\r\n--a boundary\r\n");
    assertThat(them.seen).containsExactly(us.name);
  }

  @Test
  void streamsLargeFilesAndStopsAtTheBound() throws IOException {
    MxcUri large = MxcUri.of(them.name, "someLarge");
    assertThat(text(done(media.download(large, 300_000, TIMEOUT)))).hasSize(300_000);
    assertThat(code(media.download(large, 10_000, TIMEOUT))).isEqualTo(ErrorCode.M_TOO_LARGE);
    // What is not read to its end does not keep others from being read.
    for (int i = 0; i < 40; i++) done(media.download(large, 300_000, TIMEOUT)).bytes().close();
    assertThat(code(media.download(MxcUri.of(them.name, "gone"), 1000, TIMEOUT)))
        .isEqualTo(ErrorCode.M_NOT_FOUND);
  }

  @Test
  void breaksOffWhenTheFileIsLongerThanAnybodySaid() throws Exception {
    ServerName server =
        other(
            request -> {
              request
                  .response()
                  .setChunked(true)
                  .putHeader("Content-Type", "multipart/mixed; boundary=b");
              request
                  .response()
                  .end("--b\r\n\r\n{}\r\n--b\r\n\r\n" + "x".repeat(200_000) + "\r\n--b--");
            });
    MediaContent content = done(media.download(MxcUri.of(server, "a"), 1000, TIMEOUT));
    assertThatThrownBy(() -> text(content)).isInstanceOf(IOException.class);
  }

  @Test
  void followsTheLocationInTheSecondPart() throws Exception {
    ServerName server =
        other(
            request -> {
              String host = request.getHeader("Host");
              switch (request.path()) {
                case "/cdn/1" ->
                    request.response().setStatusCode(302).putHeader("Location", "/cdn/2").end();
                case "/cdn/2" ->
                    request
                        .response()
                        .putHeader("Content-Type", "image/png")
                        .end(String.valueOf(request.getHeader("Authorization")));
                default ->
                    request
                        .response()
                        .putHeader("Content-Type", "multipart/mixed; boundary=\"b\"")
                        .end(
                            "--b\r\n\r\n{}\r\n--b\r\nLocation: https://"
                                + host
                                + "/cdn/1\r\n\r\n\r\n--b--");
              }
            });
    MediaContent content = done(media.download(MxcUri.of(server, "a"), 1000, TIMEOUT));
    assertThat(content.contentType()).isEqualTo("image/png");
    assertThat(text(content)).as("no signature for strangers").isEqualTo("null");
  }

  @Test
  void fallsBackToTheOldEndpointWhereTheNewOneIsUnknown() throws Exception {
    ServerName server =
        other(
            request -> {
              if (request.path().startsWith("/_matrix/media/v3/download/other.example")) {
                request.response().putHeader("Content-Type", "text/plain").end("old");
              } else {
                request.response().setStatusCode(404).end("{\"errcode\":\"M_UNRECOGNIZED\"}");
              }
            });
    assertThat(text(done(media.download(MxcUri.of(server, "a"), 1000, TIMEOUT)))).isEqualTo("old");
  }

  @Test
  void keysAndProfiles() {
    UserId alice = new UserId("@alice:them.example");
    RemoteKeys keys = new FederatedUserKeys(us.client);
    var query = keys.query(them.name, Map.of(alice, List.of("PHONE")), TIMEOUT);
    assertThat(((RemoteAnswer.Answered<RemoteKeys.UserKeys>) query).value().deviceKeys().get(alice))
        .hasToString("{PHONE={\"asked\":\"PHONE\"}}");
    var claim = keys.claim(them.name, Map.of(alice, Map.of("PHONE", "signed_curve25519")), TIMEOUT);
    assertThat(claim.toString()).contains("PHONE={\"signed_curve25519:AAAA\":{\"key\":\"abc\"}}");
    var devices = keys.devices(them.name, alice, TIMEOUT);
    RemoteKeys.UserDevices list = ((RemoteAnswer.Answered<RemoteKeys.UserDevices>) devices).value();
    assertThat(list.streamId()).isEqualTo(7);
    assertThat(list.devices().get("PHONE").path("unsigned").path("device_display_name").asText())
        .isEqualTo("Phone");
    assertThat(keys.devices(new ServerName("away.example"), alice, TIMEOUT))
        .isInstanceOf(RemoteAnswer.Failed.class);

    FederatedProfiles profiles = new FederatedProfiles(us.client);
    UserId there = new UserId("@alice:" + them.name);
    assertThat(profiles.profile(there)).hasToString("Done[value={\"displayname\":\"Alice \"}]");
    assertThat(code(profiles.profile(new UserId("@bob:" + them.name))))
        .isEqualTo(ErrorCode.M_NOT_FOUND);
  }
}
