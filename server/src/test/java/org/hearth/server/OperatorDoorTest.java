package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.restassured.response.ValidatableResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/_hearth/admin`: for administrators, and for commands on the same machine.
class OperatorDoorTest {
  private static final String SERVER = "/_hearth/admin/v1/server";

  private final TestServer hearth = TestServer.shared();
  private final Path keyFile =
      Keys.operatorKeyFile(hearth.hearth().config().dataDirectory()).toAbsolutePath();

  private ValidatableResponse ask(String token) {
    return hearth.api(token).get(SERVER).then();
  }

  @Test
  void opensWithTheKeyInTheDataDirectory() throws Exception {
    ask(Files.readString(keyFile).strip())
        .statusCode(200)
        .body("server_name", equalTo("hearth.test"))
        .body("position", greaterThanOrEqualTo(0));
  }

  @Test
  void isClosedToAllOthers() {
    hearth.api().get(SERVER).then().statusCode(401).body("errcode", equalTo("M_MISSING_TOKEN"));
    ask("guessed").statusCode(401).body("errcode", equalTo("M_UNKNOWN_TOKEN"));
    ask(hearth.register("alice").accessToken())
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
  }

  @Test
  void theKeyIsNobodysLogin() throws Exception {
    hearth
        .api(Files.readString(keyFile).strip())
        .get("/_matrix/client/v3/account/whoami")
        .then()
        .statusCode(401)
        .body("errcode", equalTo("M_UNKNOWN_TOKEN"));
  }

  @Test
  void onlyItsOwnerReadsTheKey() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
        .isEqualTo("rw-------");
  }

  @Test
  void statusTellsWhetherTheServerRuns(@TempDir Path directory) throws Exception {
    try (TestServer server = TestServer.start()) {
      var data = server.hearth().config().dataDirectory();
      int port = server.hearth().listener(Api.ADMIN).orElseThrow().port();
      Path config =
          Files.writeString(
              directory.resolve("config.yaml"),
              "listeners: [{port: %d}]\ndata_directory: '%s'\n".formatted(port, data));
      assertThat(Main.run("status", "--config", config.toString())).isZero();
      server.hearth().close();
      assertThat(Main.run("status", "--config", config.toString())).isEqualTo(Main.FAILED);
    }
  }
}
