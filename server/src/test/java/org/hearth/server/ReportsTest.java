package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// [Reporting content](https://spec.matrix.org/v1.19/client-server-api/#reporting-content): what
/// users report waits until an administrator is done with it.
class ReportsTest {
  private static final String V3 = "/_matrix/client/v3";
  private static final String REPORTS = "/_hearth/admin/v1/reports";

  private static RequestSpecification operator(TestServer server) throws Exception {
    var file = Keys.operatorKeyFile(server.hearth().config().dataDirectory());
    return server.api(Files.readString(file).strip());
  }

  private static void report(TestServer.User user, String path, String reason) {
    user.api().body(Map.of("reason", reason)).post(V3 + path).then().statusCode(200);
  }

  private static String room(TestServer.User user) {
    return user.api()
        .body(Map.of("preset", "private_chat"))
        .post(V3 + "/createRoom")
        .then()
        .statusCode(200)
        .extract()
        .path("room_id");
  }

  @Test
  void reportsWaitForAnAdministrator(@TempDir Path directory) throws Exception {
    try (TestServer server = TestServer.start()) {
      var alice = server.register("alice");
      var eve = server.register("eve");
      String room = room(alice);
      String event =
          alice.api().get(V3 + "/rooms/" + room + "/messages?limit=1").path("chunk[0].event_id");
      report(alice, "/rooms/" + room + "/report", "a bad room");
      report(alice, "/rooms/" + room + "/report/" + event, "a bad\nword");
      report(alice, "/users/" + eve.id() + "/report", "a bad user");
      server.restart();
      var waiting =
          operator(server)
              .get(REPORTS)
              .then()
              .statusCode(200)
              .body("reports.reporter", contains(alice.id(), alice.id(), alice.id()))
              .body("reports.reason", contains("a bad room", "a bad\nword", "a bad user"))
              .body("reports[0].room_id", equalTo(room))
              .body("reports[1].event_id", equalTo(event))
              .body("reports[2].user_id", equalTo(eve.id()))
              .extract();
      var listed = command(server, directory, "reports");
      assertThat(listed).contains("reported " + eve.id(), "    a bad word");
      long first = ((Number) waiting.path("reports[0].number")).longValue();
      assertThat(command(server, directory, "reports", "--close", String.valueOf(first))).isEmpty();
      operator(server).get(REPORTS).then().body("reports", hasSize(2));
      operator(server).get(REPORTS + "?limit=1&after=" + first).then().body("reports", hasSize(1));
    }
  }

  private static String command(TestServer server, Path directory, String... arguments)
      throws Exception {
    int port = server.hearth().listener(Api.ADMIN).orElseThrow().port();
    Path config =
        Files.writeString(
            directory.resolve("config.yaml"),
            "listeners: [{port: %d}]\ndata_directory: '%s'\n"
                .formatted(port, server.hearth().config().dataDirectory()));
    var line = new java.util.ArrayList<>(java.util.List.of(arguments));
    line.add("--config");
    line.add(config.toString());
    var printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.run(line.toArray(String[]::new))).isZero();
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void reportsThatCannotBeAreRefused() throws Exception {
    TestServer server = TestServer.shared();
    var alice = server.register("reports");
    var eve = server.register("reports");
    String room = room(alice);
    String event =
        alice.api().get(V3 + "/rooms/" + room + "/messages?limit=1").path("chunk[0].event_id");
    eve.api()
        .body(Map.of("reason", "x"))
        .post(V3 + "/rooms/" + room + "/report/" + event)
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
    alice
        .api()
        .body(Map.of("reason", "x".repeat(17_000)))
        .post(V3 + "/rooms/" + room + "/report")
        .then()
        .statusCode(413)
        .body("errcode", equalTo("M_TOO_LARGE"));
    alice.api().get(REPORTS).then().statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
    operator(server).post(REPORTS + "/x/close").then().statusCode(400);
  }
}
