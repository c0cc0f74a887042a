package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./hearth room verify`, by a running server and on the data of a stopped one.
class RoomVerifyTest {
  @TempDir Path directory;

  private record Run(int code, String out, String err) {}

  private Run run(Path config, String... arguments) {
    var all = new ArrayList<>(List.of("room", "verify"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    var out = new StringWriter();
    var err = new StringWriter();
    var line = Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Run(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  private static String room(TestServer.User user) {
    return user.api()
        .body(Map.of("preset", "public_chat", "name", "A name nobody may print"))
        .post("/_matrix/client/v3/createRoom")
        .then()
        .statusCode(200)
        .extract()
        .path("room_id");
  }

  private Path config(TestServer server) throws Exception {
    int port = server.hearth().listener(Api.ADMIN).orElseThrow().port();
    return Files.writeString(
        directory.resolve("config.yaml"),
        "server_name: hearth.test\nlisteners: [{port: %d}]\ndata_directory: '%s'\n"
            .formatted(port, server.hearth().config().dataDirectory()));
  }

  @Test
  void verifiesByTheRunningServerAndOnItsDataOnceItIsStopped() throws Exception {
    try (TestServer server = TestServer.start()) {
      var config = config(server);
      var room = room(server.register("alice"));
      for (boolean running : new boolean[] {true, false}) {
        if (!running) server.hearth().close();
        var text = run(config, room);
        assertThat(text.err()).isEmpty();
        assertThat(text.out()).contains(room, "Sound", "signatures good").doesNotContain("nobody");
        assertThat(text.code()).isZero();

        JsonNode json = new ObjectMapper().readTree(run(config, room, "--json").out());
        assertThat(json.path("sound").asBoolean()).isTrue();
        assertThat(json.path("report").path("version").asText()).isEqualTo("12");
        assertThat(json.path("report").path("events").path("accepted").asInt()).isGreaterThan(5);

        var why = run(config, room, "--explain", "m.room.join_rules");
        assertThat(why.out()).contains("m.room.join_rules", "The event itself set the entry");
        var never = run(config, room, "--explain", "m.room.topic", "x");
        assertThat(never.out()).contains("is absent", "never had");

        assertThat(run(config, "!nobody:elsewhere.example").code()).isEqualTo(Main.FAILED);
        assertThat(run(config, "nobody").err()).contains("no room id");
      }
    }
  }

  @Test
  void saysWhatToDoWhereThereIsNoData() throws Exception {
    var config =
        Files.writeString(
            directory.resolve("config.yaml"),
            "listeners: [{port: 1}]\ndata_directory: '%s'\n".formatted(directory.resolve("none")));
    assertThat(run(config, "!a:b.example").err()).contains("did the server ever start?");
  }
}
