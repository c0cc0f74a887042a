package org.hearth.federation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.federation.LocalKeys;
import org.hearth.engine.federation.LocalMedia;
import org.hearth.engine.federation.LocalQueries;
import org.hearth.engine.federation.MediaContent;
import org.hearth.engine.federation.ServerKeyStore;
import org.hearth.federation.client.AddressRules;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationLimits;
import org.hearth.federation.client.PeerRules;
import org.hearth.federation.client.RequestSigner;
import org.hearth.federation.keys.KeyFetcher;
import org.hearth.federation.keys.KeyRing;
import org.hearth.federation.keys.OwnKeys;
import org.hearth.federation.server.FaceLimits;
import org.hearth.federation.server.FederationEndpoints;
import org.hearth.federation.server.FederationFace;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// A whole federation side of a server, on a port of the loopback interface, with fake rooms behind
/// it.
public final class LoopbackServer implements AutoCloseable {
  public final FakeRooms rooms = new FakeRooms();
  public final TestClock clock;
  public final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  public final ServerName name;
  public final FederationClient client;
  public final KeyRing keys;
  public final List<String> edus = new CopyOnWriteArrayList<>();
  public final List<ServerName> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  public LoopbackServer(
      Vertx vertx, TestAuthority authority, FakeDns dns, String host, TestClock clock)
      throws Exception {
    this(vertx, authority, dns, host, clock, PeerRules.ALL, FaceLimits.DEFAULT);
  }

  public LoopbackServer(
      Vertx vertx,
      TestAuthority authority,
      FakeDns dns,
      String host,
      TestClock clock,
      PeerRules peers,
      FaceLimits limits)
      throws Exception {
    this.clock = clock;
    FederationFace[] face = new FederationFace[1];
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(KeyCertOptions.wrap(authority.server(host))))
            .requestHandler(request -> face[0].handle(request, false))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
    dns.address(host, "127.0.0.1");
    name = new ServerName(host + ":" + server.actualPort());
    client =
        new FederationClient(
            vertx,
            new RequestSigner(name, key),
            authority.trust(),
            peers,
            new AddressRules(true),
            FederationLimits.DEFAULT,
            dns,
            clock,
            new Random(1));
    keys =
        new KeyRing(
            new OwnKeys(name, key, List.of(), clock),
            KeyFetcher.over(client),
            List.of(),
            noStore(),
            noLedger(),
            clock,
            100);
    FederationEndpoints endpoints =
        new FederationEndpoints(
            rooms,
            queries(),
            deviceKeys(),
            media(),
            Map.of(
                "m.typing", (origin, content) -> edus.add("typing " + content),
                "m.receipt", (origin, content) -> edus.add("receipt " + content),
                "m.direct_to_device", (origin, content) -> edus.add("to-device " + content)),
            keys,
            clock,
            "1.0",
            Optional.of(name.value()));
    face[0] =
        new FederationFace(
            endpoints, name, keys, peers, limits, seen::add, new SimpleMeterRegistry(), clock);
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  private static ServerKeyStore noStore() {
    return server -> Optional.empty();
  }

  private static Ledger noLedger() {
    return new Ledger() {
      @Override
      public CompletableFuture<Long> append(Entry entry) {
        return CompletableFuture.completedFuture(1L);
      }

      @Override
      public long committed() {
        return 0;
      }

      @Override
      public void listen(CommitListener listener) {}
    };
  }

  private LocalQueries queries() {
    return new LocalQueries() {
      @Override
      public Outcome<ObjectNode> profile(UserId userId, Optional<String> field) {
        return userId.localpart().equals("alice")
            ? Outcome.done(Json.object().put("displayname", "Alice " + field.orElse("")))
            : Outcome.notFound("No such user.");
      }

      @Override
      public Outcome<ObjectNode> directory(RoomAlias alias) {
        ObjectNode body = Json.object().put("room_id", "!room");
        body.putArray("servers").add(name.value()).add("not a name");
        return Outcome.done(body);
      }

      @Override
      public Outcome<JsonNode> publicRooms(ServerName origin, ObjectNode request) {
        return Outcome.done(Json.object().set("asked", request));
      }

      @Override
      public Outcome<JsonNode> hierarchy(ServerName origin, RoomId roomId, boolean suggestedOnly) {
        return Outcome.done(Json.object().put("suggested", suggestedOnly));
      }

      @Override
      public Optional<UserId> openIdUser(String accessToken) {
        return accessToken.equals("good")
            ? Optional.of(new UserId("@alice:us.example"))
            : Optional.empty();
      }
    };
  }

  private static LocalKeys deviceKeys() {
    return new LocalKeys() {
      @Override
      public Outcome<ObjectNode> devices(ServerName origin, UserId userId) {
        ObjectNode body = Json.object().put("user_id", userId.value()).put("stream_id", 7);
        ObjectNode device = body.putArray("devices").addObject();
        device.put("device_id", "PHONE").put("device_display_name", "Phone");
        device.putObject("keys").put("device_id", "PHONE");
        return Outcome.done(body);
      }

      @Override
      public ObjectNode query(ServerName origin, Map<UserId, List<String>> wanted) {
        ObjectNode body = Json.object();
        ObjectNode users = body.putObject("device_keys");
        wanted.forEach(
            (user, devices) ->
                users
                    .putObject(user.value())
                    .putObject("PHONE")
                    .put("asked", String.join(",", devices)));
        return body;
      }

      @Override
      public ObjectNode claim(ServerName origin, Map<UserId, Map<String, String>> wanted) {
        ObjectNode body = Json.object();
        ObjectNode users = body.putObject("one_time_keys");
        wanted.forEach(
            (user, devices) ->
                devices.forEach(
                    (device, algorithm) ->
                        users
                            .withObjectProperty(user.value())
                            .withObjectProperty(device)
                            .putObject(algorithm + ":AAAA")
                            .put("key", "abc")));
        return body;
      }
    };
  }

  private static LocalMedia media() {
    return new LocalMedia() {
      @Override
      public Outcome<MediaContent> download(String mediaId, Duration wait) {
        if (!mediaId.startsWith("some")) return Outcome.notFound("No such media.");
        byte[] bytes =
            mediaId.equals("someLarge")
                ? new byte[300_000]
                : "--not\r\n--a boundary\r\n".getBytes(StandardCharsets.UTF_8);
        return Outcome.done(
            new MediaContent(
                "text/plain",
                Optional.of("attachment; filename=\"a\r\nb.txt\""),
                bytes.length,
                new ByteArrayInputStream(bytes)));
      }

      @Override
      public Outcome<MediaContent> thumbnail(
          String mediaId, int width, int height, String method, boolean animated, Duration wait) {
        return download(mediaId, wait);
      }
    };
  }
}
