package org.hearth.server;

import static io.restassured.RestAssured.given;

import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.ConfigException;
import org.hearth.server.config.ConfigReader;

/// A whole server in this process, for tests over HTTP: a database in a temporary directory, free
/// ports, open registration, cheap password hashing, no rate limits.
///
/// ```java
/// private static final TestServer HEARTH = TestServer.shared();
///
/// @Test
/// void whoami() {
///   TestServer.User alice = HEARTH.register("alice");
///   alice.api().get("/_matrix/client/v3/account/whoami").then().statusCode(200);
/// }
/// ```
///
/// {@link #shared} is one server for all test classes of this JVM: names are made unique, so that
/// tests do not meet each other. A test that needs its own settings takes {@link #start}; one that
/// needs servers which talk to each other takes {@link #federating}.
public final class TestServer implements AutoCloseable {
  /// Whom every test server signs up with `/_synapse/admin/v1/register`.
  public static final String SHARED_SECRET = "the-shared-secret-of-the-tests";

  /// The password of every user made by {@link #register}.
  public static final String PASSWORD = "correct horse battery staple";

  private static final String SETTINGS =
      """
      server_name: hearth.test
      listeners:
        - {address: 127.0.0.1, port: 0, apis: [client, media, admin, federation, metrics]}
      database: {pool: 4}
      registration: {mode: open, shared_secret: %s}
      rate_limits: {enabled: false}
      password_hashing: {memory_kib: 8, iterations: 1, parallelism: 1}
      limits: {stop_seconds: 1}
      log: {level: warn}
      """
          .formatted(SHARED_SECRET);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Path directory;
  private final List<String> overrides;
  private Hearth hearth;

  private TestServer(Path directory, List<String> overrides) {
    this.directory = directory;
    this.overrides = overrides;
    this.hearth = open();
  }

  private static final class Shared {
    static final TestServer SERVER = start();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
    }
  }

  /// The server that all tests of this JVM share; started at the first call.
  public static TestServer shared() {
    return Shared.SERVER;
  }

  /// A server of its own; close it.
  ///
  /// @param overrides `key=value`, as for `--set`
  public static TestServer start(String... overrides) {
    try {
      return new TestServer(Files.createTempDirectory("hearth-test"), List.of(overrides));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A server that others can reach: it is called `localhost:PORT` and serves everything over TLS
  /// with a certificate of the test authority, which it trusts itself.
  public static TestServer federating(String... overrides) {
    TestAuthority authority = TestAuthority.shared();
    int port = freePort();
    var all = new ArrayList<String>();
    all.add("server_name=localhost:" + port);
    all.add("listeners.0.port=" + port);
    all.add(
        "listeners.0.tls={certificate: '%s', key: '%s'}"
            .formatted(authority.certificate(), authority.key()));
    all.add("federation.extra_ca_certificates=['%s']".formatted(authority.root()));
    all.add("federation.allow_private_addresses=true");
    all.addAll(List.of(overrides));
    return start(all.toArray(String[]::new));
  }

  private Hearth open() {
    try {
      return Hearth.start(ConfigReader.read(SETTINGS, "the test", directory, overrides));
    } catch (ConfigException | StartFailure e) {
      throw new IllegalStateException(e);
    }
  }

  /// Stops the server and starts it again on the same data. Its port may be another one.
  public void restart() {
    hearth.close();
    hearth = open();
  }

  public String serverName() {
    return hearth.config().serverName();
  }

  /// Where everything is kept: below `data`.
  public Path directory() {
    return directory;
  }

  /// For example `http://127.0.0.1:34567`.
  public String url() {
    return hearth.listener(Api.CLIENT).orElseThrow().url();
  }

  /// The server itself, for tests that look behind the HTTP interface.
  public Hearth hearth() {
    return hearth;
  }

  /// All mounted routes, as `METHOD /path/:parameter`.
  public List<String> routes() {
    return hearth.routes();
  }

  /// A request without an access token. Paths are whole: `/_matrix/client/versions`.
  public RequestSpecification api() {
    return given()
        .config(
            RestAssuredConfig.config().sslConfig(SSLConfig.sslConfig().relaxedHTTPSValidation()))
        .baseUri(url())
        .urlEncodingEnabled(true)
        .contentType(ContentType.JSON);
  }

  /// A request of whoever has the token.
  public RequestSpecification api(String accessToken) {
    return api().header("Authorization", "Bearer " + accessToken);
  }

  /// A new user with a device, logged in.
  ///
  /// @param name how the localpart begins; a number is added
  public User register(String name) {
    String localpart = name + "-" + NAMES.incrementAndGet();
    Map<String, Object> body =
        Map.of(
            "username", localpart,
            "password", PASSWORD,
            "auth", Map.of("type", "m.login.dummy"));
    var answer =
        api().body(body).post("/_matrix/client/v3/register").then().statusCode(200).extract();
    return new User(
        this, answer.path("user_id"), answer.path("access_token"), answer.path("device_id"));
  }

  /// Somebody who is logged in.
  public record User(TestServer server, String id, String accessToken, String deviceId) {
    /// A request of this user.
    public RequestSpecification api() {
      return server.api(accessToken);
    }

    public String localpart() {
      return id.substring(1, id.indexOf(':'));
    }
  }

  /// A port nobody listens on at this moment.
  public static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops the server and removes its data.
  @Override
  public void close() {
    hearth.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
