package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import java.nio.file.Files;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.Test;

/// A whole server from start to stop, seen from outside.
class HearthTest {

  @Test
  void answersVersionsOverPlainHttpAndTls() {
    TestServer.shared()
        .api()
        .get("/_matrix/client/versions")
        .then()
        .statusCode(200)
        .body("versions", hasItem("v1.11"));
    try (TestServer server = TestServer.federating()) {
      assertThat(server.url()).startsWith("https://");
      server.api().get("/_matrix/client/versions").then().statusCode(200);
    }
  }

  @Test
  void unknownPathsAreUnrecognized() {
    TestServer.shared()
        .api()
        .get("/_matrix/nonsense")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_UNRECOGNIZED"));
  }

  @Test
  void aListenerServesItsApisOnly() {
    try (TestServer server =
        TestServer.start("listeners.1={port: 0, apis: [metrics]}", "listeners.0.apis=[client]")) {
      server.api().get("/metrics").then().statusCode(404);
      String metrics = server.hearth().listener(Api.METRICS).orElseThrow().url();

      server
          .api()
          .baseUri(metrics)
          .get("/metrics")
          .then()
          .body(containsString("jvm_memory"))
          .body(containsString("hearth_cache_budget_bytes"))
          .body(containsString("hearth_cache_used_bytes{cache=\"room events\"}"));
      server.api().baseUri(metrics).get("/_matrix/client/versions").then().statusCode(404);
    }
  }

  @Test
  void keysAreMadeOnceAndKept() throws Exception {
    try (TestServer server = TestServer.start()) {
      var master = server.directory().resolve("data/master.key");
      String before = Files.readString(master);
      assertThat(server.hearth().firstStart()).isTrue();

      server.restart();

      assertThat(server.hearth().firstStart()).isFalse();
      assertThat(Files.readString(master)).isEqualTo(before);
      assertThat(Files.getPosixFilePermissions(master)).hasSize(2);
    }
  }
}
