package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.server.config.Config.Api;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./hearth room purge` and its neighbours, and the paths that existing tools know.
class RoomPurgeTest {
  @TempDir Path directory;
  private TestServer server;
  private TestServer.User alice;
  private String operator;
  private Path config;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    alice = server.register("alice");
    var data = server.hearth().config().dataDirectory();
    operator = Files.readString(Keys.operatorKeyFile(data)).strip();
    config =
        Files.writeString(
            directory.resolve("config.yaml"),
            "server_name: hearth.test\nlisteners: [{port: %d}]\ndata_directory: '%s'\n"
                .formatted(server.hearth().listener(Api.ADMIN).orElseThrow().port(), data));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private record Run(int code, String out, String err) {}

  private Run run(String... arguments) {
    var all = new ArrayList<>(List.of("room"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    var out = new StringWriter();
    var err = new StringWriter();
    var line = Main.line().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Run(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  private String createRoom() {
    return alice
        .api()
        .body(Map.of("preset", "public_chat"))
        .post("/_matrix/client/v3/createRoom")
        .then()
        .statusCode(200)
        .extract()
        .path("room_id");
  }

  private String state(String room, String topic) {
    return alice
        .api()
        .body(Map.of("topic", topic))
        .put("/_matrix/client/v3/rooms/{room}/state/m.room.topic", room)
        .then()
        .statusCode(200)
        .extract()
        .path("event_id");
  }

  @Test
  void aPurgedAndBlockedRoomIsGoneAndNotEntered() {
    var room = createRoom();
    var kept = createRoom();
    var purged = run("purge", room, "--block");
    assertThat(purged.err()).isEmpty();
    assertThat(purged.out()).contains("complete");
    assertThat(purged.code()).isZero();

    alice.api().get("/_matrix/client/v3/joined_rooms").then().body("joined_rooms", contains(kept));
    alice.api().get("/_matrix/client/v3/rooms/{room}/state", room).then().statusCode(403);
    alice
        .api()
        .body(Map.of())
        .post("/_matrix/client/v3/join/{room}?via=elsewhere.example", room)
        .then()
        .statusCode(403)
        .body("error", containsString("blocked"));
    server
        .api(operator)
        .get("/_synapse/admin/v2/rooms/{room}/delete_status", room)
        .then()
        .statusCode(200)
        .body("results", hasSize(1))
        .body("results[0].status", equalTo("complete"))
        .body("results[0].shutdown_room.kicked_users", contains(alice.id()))
        .body("results[0].shutdown_room.failed_to_kick_users", empty());
    server
        .api(operator)
        .get("/_synapse/admin/v1/rooms/{room}/block", room)
        .then()
        .body("block", equalTo(true));
    assertThat(run("purge", room).err()).contains("not stored here");
    assertThat(run("verify", kept).code()).isZero();
  }

  @Test
  void oldHistoryAndUnusedStateGo() {
    var room = createRoom();
    for (int i = 0; i < 5; i++) state(room, "topic " + i);
    var cut = state(room, "from here on");
    assertThat(run("purge-history", room, "--before-event", cut).out()).contains("complete");
    alice
        .api()
        .get("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50", room)
        .then()
        .statusCode(200)
        .body("chunk.event_id", contains(cut));
    alice
        .api()
        .get("/_matrix/client/v3/rooms/{room}/state/m.room.join_rules", room)
        .then()
        .statusCode(200)
        .body("join_rule", equalTo("public"));
    assertThat(run("sweep-state", room).out()).contains("complete");
    var verified = run("verify", room);
    assertThat(verified.out()).contains("PURGED_HISTORY", "Sound");
    assertThat(verified.code()).isZero();
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    var room = createRoom();
    assertThat(run("purge", "nobody").err()).contains("no room id");
    assertThat(run("purge", "!nobody:elsewhere.example").err()).contains("not stored here");
    assertThat(run("purge-history", room).err()).contains("--before-event or --before-time");
    assertThat(run("purge-history", room, "--before-time", "yesterday").err())
        .contains("2026-01-31T00:00:00Z");
    assertThat(run("purge-history", room, "--before-event", "$nothing").err())
        .contains("not stored here");
    server
        .api(operator)
        .body(Map.of("new_room_user_id", alice.id()))
        .delete("/_synapse/admin/v2/rooms/{room}", room)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    alice
        .api()
        .body(Map.of())
        .delete("/_synapse/admin/v2/rooms/{room}", room)
        .then()
        .statusCode(403);
    server
        .api(operator)
        .body(Map.of())
        .post("/_synapse/admin/v1/purge_history/{room}", room)
        .then()
        .statusCode(400);
    server.api(operator).get("/_synapse/admin/v1/purge_history_status/none").then().statusCode(404);
  }
}
