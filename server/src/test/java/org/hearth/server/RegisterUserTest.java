package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./hearth register-user`: the next step after the first start.
class RegisterUserTest {
  @TempDir Path directory;

  @Test
  void firstAdministratorOverPlainHttp() throws Exception {
    try (TestServer server = TestServer.start("registration={mode: closed}")) {
      assertThat(register(config(server), "alice", "--admin")).isZero();
      assertThat(register(config(server), "alice", "--admin")).as("taken").isEqualTo(Main.FAILED);

      String token = logIn(server, "alice");
      server
          .api(token)
          .get("/_matrix/client/v3/account/whoami")
          .then()
          .body("user_id", equalTo("@alice:hearth.test"));
      server
          .api(token)
          .get("/_matrix/client/v3/capabilities")
          .then()
          .body("capabilities.'m.account_moderation'.lock", equalTo(true));
    }
  }

  @Test
  void overTlsByItsOwnCertificate() throws Exception {
    try (TestServer server = TestServer.federating()) {
      assertThat(register(config(server), "bob")).isZero();
      logIn(server, "bob");
    }
  }

  @Test
  void saysThatNoServerRuns() throws Exception {
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String settings =
          "listeners: [{port: %d}]\nregistration: {shared_secret: x}"
              .formatted(closed.getLocalPort());
      closed.close();
      Path config = Files.writeString(directory.resolve("config.yaml"), settings);

      assertThat(register(config, "bob")).isEqualTo(Main.FAILED);
    }
  }

  private static String logIn(TestServer server, String name) {
    return server
        .api()
        .body(
            Map.of(
                "type",
                "m.login.password",
                "identifier",
                Map.of("type", "m.id.user", "user", name),
                "password",
                TestServer.PASSWORD))
        .post("/_matrix/client/v3/login")
        .then()
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  private int register(Path config, String name, String... options) throws Exception {
    Path password = Files.writeString(directory.resolve("password"), TestServer.PASSWORD + "\n");
    var arguments = new ArrayList<String>();
    arguments.add("register-user");
    arguments.add(name);
    arguments.addAll(List.of(options));
    arguments.addAll(
        List.of("--config", config.toString(), "--password-file", password.toString()));
    return Main.run(arguments.toArray(String[]::new));
  }

  /// A configuration that names the port the server really has.
  private Path config(TestServer server) throws Exception {
    var bound = server.hearth().listener(Api.ADMIN).orElseThrow();
    TestAuthority authority = TestAuthority.shared();
    String tls =
        bound.tls()
            ? ", tls: {certificate: '%s', key: '%s'}"
                .formatted(authority.certificate(), authority.key())
            : "";
    String text =
        "listeners: [{port: %d%s}]\ndata_directory: '%s'\nregistration: {shared_secret: %s}\n"
            .formatted(
                bound.port(),
                tls,
                server.hearth().config().dataDirectory(),
                server.hearth().config().registration().sharedSecret().orElse(""));
    return Files.writeString(directory.resolve("config.yaml"), text);
  }
}
