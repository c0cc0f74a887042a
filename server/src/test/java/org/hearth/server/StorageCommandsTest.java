package org.hearth.server;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.ConfigReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `hearth db` and `hearth backup` as an administrator uses them, on a whole server.
class StorageCommandsTest {
  private static final byte[] FILE = "what is in the file".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  private TestServer hearth;
  private TestServer.User alice;
  private String room;
  private String media;

  @BeforeEach
  void startWithSomeData() {
    hearth = TestServer.start();
    alice = hearth.register("alice");
    room =
        alice
            .api()
            .body(Map.of("name", "A room", "preset", "private_chat"))
            .post("/_matrix/client/v3/createRoom")
            .then()
            .statusCode(200)
            .extract()
            .path("room_id");
    send("first");
    media =
        alice
            .api()
            .contentType("application/octet-stream")
            .body(FILE)
            .post("/_matrix/media/v3/upload")
            .then()
            .statusCode(200)
            .extract()
            .path("content_uri");
  }

  @AfterEach
  void stop() {
    hearth.close();
  }

  private void send(String name) {
    var content =
        Map.of(
            "algorithm", "m.megolm.v1.aes-sha2",
            "ciphertext", "AwgAEnACgAkLmt6qF84IKMOB",
            "device_id", alice.deviceId(),
            "sender_key", "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGU",
            "session_id", name);
    alice
        .api()
        .body(content)
        .put("/_matrix/client/v3/rooms/{room}/send/m.room.encrypted/{txn}", room, name)
        .then()
        .statusCode(200);
  }

  /// The configuration that commands read: with the real port.
  private Path config(Path data) throws IOException {
    int port = data.equals(data()) ? hearth.hearth().listener(Api.ADMIN).orElseThrow().port() : 0;
    return Files.writeString(
        directory.resolve("config-" + port + ".yaml"),
        """
        server_name: hearth.test
        data_directory: '%s'
        listeners: [{port: %d}]
        password_hashing: {memory_kib: 8, iterations: 1, parallelism: 1}
        """
            .formatted(data, port));
  }

  private Path data() {
    return hearth.hearth().config().dataDirectory();
  }

  private record Ran(int code, String output) {
    JsonNode json() throws IOException {
      return new ObjectMapper().readTree(output);
    }
  }

  private static Ran run(Path config, String... words) {
    var out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      var all = Stream.concat(Stream.of(words), Stream.of("--config", config.toString()));
      return new Ran(Main.run(all.toArray(String[]::new)), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void aBackupOfTheRunningServerBecomesAServer() throws Exception {
    var config = config(data());
    var backups = directory.resolve("backups").toString();
    var first = run(config, "backup", "create", backups, "--json");
    assertThat(first.code()).as(first.output()).isZero();
    assertThat(first.json().path("media_files").asInt()).isEqualTo(1);
    send("second");
    var second = run(config, "backup", "create", backups, "--json");
    assertThat(second.json().path("bytes_written").asLong())
        .isPositive()
        .isLessThan(first.json().path("bytes_written").asLong());
    assertThat(run(config, "backup", "verify", backups).output()).contains("is whole");
    assertThat(run(config, "backup", "list", backups).output().lines()).hasSize(2);
    send("third");
    // The keys of the backup remain those of the moment when it was made.
    byte[] masterKey = Files.readAllBytes(data().resolve("master.key"));
    assertThat(run(config, "keys", "rotate").code()).isZero();
    assertThat(data().resolve("master.key")).content().isNotEqualTo(new String(masterKey, UTF_8));
    assertThat(run(config, "backup", "create", backups).code()).isEqualTo(Main.FAILED);

    var fresh = directory.resolve("fresh");
    Files.createDirectories(fresh);
    var restoring = config(fresh);
    assertThat(run(restoring, "backup", "restore", backups).code()).isEqualTo(Main.FAILED);
    Files.write(fresh.resolve("master.key"), masterKey);
    var restored = run(restoring, "backup", "restore", backups);
    assertThat(restored.output()).contains("proven equal by its hash");
    assertThat(restored.code()).isZero();
    assertThat(run(restoring, "backup", "restore", backups).code()).isEqualTo(Main.FAILED);

    try (var again = Hearth.start(ConfigReader.read(restoring, List.of()))) {
      var url = again.listener(Api.CLIENT).orElseThrow().url();
      var request = given().baseUri(url).header("Authorization", "Bearer " + alice.accessToken());
      request
          .get("/_matrix/client/v3/rooms/{room}/messages?dir=b", room)
          .then()
          .statusCode(200)
          .body("chunk.content.session_id", hasItem("first"))
          .body("chunk.content.session_id", hasItem("second"))
          .body("chunk.content.session_id.findAll { it == 'third' }.size()", equalTo(0))
          .body("chunk.content.name", hasItem("A room"));
      byte[] file =
          given()
              .baseUri(url)
              .header("Authorization", "Bearer " + alice.accessToken())
              .get("/_matrix/client/v1/media/download/" + media.substring("mxc://".length()))
              .then()
              .statusCode(200)
              .extract()
              .asByteArray();
      assertThat(file).isEqualTo(FILE);
    }
  }

  @Test
  void checkAndStatsLookAtTheRunningAndTheStoppedServer() throws Exception {
    var config = config(data());
    var check = run(config, "db", "check", "--json");
    assertThat(check.code()).as(check.output()).isZero();
    assertThat(check.json().path("sealed_values_opened").asLong()).isPositive();
    assertThat(run(config, "db", "check").output()).contains("sound: ");
    var stats = run(config, "db", "stats", "--json").json();
    assertThat(stats.path("events").asInt()).isGreaterThan(5);
    assertThat(stats.path("state_bytes_per_state_event").asInt()).isPositive();
    assertThat(run(config, "db", "stats").output()).contains("room_event");
    assertThat(run(config, "db", "migrate", "--dry-run").output()).contains("The server runs");

    hearth.hearth().close();

    // What follows the ledger may have noted meanwhile how far it is.
    assertThat(run(config, "db", "check", "--json").json().path("position").asLong())
        .isGreaterThanOrEqualTo(check.json().path("position").asLong());
    assertThat(run(config, "db", "stats", "--json").json().path("events"))
        .isEqualTo(stats.path("events"));
    assertThat(run(config, "db", "migrate", "--dry-run").output()).contains("up to date");
    assertThat(run(config, "db", "migrate").output()).contains("up to date");
    try (var shelves = Files.walk(data().resolve("media"))) {
      for (var file : shelves.filter(Files::isRegularFile).toList()) Files.delete(file);
    }
    var broken = run(config, "db", "check");
    assertThat(broken.code()).isEqualTo(Main.FAILED);
    assertThat(broken.output()).contains("WRONG  1 media whose file is gone").contains(media);
  }

  @Test
  void theDatabaseMovesWithAShortStop() throws Exception {
    var config = config(data());
    var target = directory.resolve("moved");
    var online = run(config, "db", "copy", "--to", "h2:" + target, "--json");
    assertThat(online.code()).as(online.output()).isZero();
    assertThat(online.json().path("finished").asBoolean()).isFalse();
    send("second");
    hearth.hearth().close();

    var last = run(config, "db", "copy", "--to", "h2:" + target);

    assertThat(last.output()).contains("The copy is finished").contains("equal on both sides");
    assertThatThrownBy(hearth::restart).hasMessageContaining("moved to h2:");
    var database = data().resolve("database");
    Files.move(database, directory.resolve("old"));
    Files.move(target, database);
    hearth.restart();
    alice
        .api()
        .get("/_matrix/client/v3/rooms/{room}/messages?dir=b", room)
        .then()
        .statusCode(200)
        .body("chunk.content.session_id", hasItem("second"));
  }

  /// A backup writes where its request says, with the server's rights.
  @Test
  void jobsThatWriteAreForCommandsOnThisMachineOnly() throws Exception {
    alice
        .api()
        .body(Map.of("directory", "/tmp/x"))
        .post("/_hearth/admin/v1/jobs/backup")
        .then()
        .statusCode(403);
    String key = Files.readString(Keys.operatorKeyFile(data())).strip();
    for (var noPath : List.of("relative", "/tmp/\u0000")) {
      hearth
          .api(key)
          .body(Map.of("directory", noPath))
          .post("/_hearth/admin/v1/jobs/backup")
          .then()
          .statusCode(400);
    }
    hearth.api(key).get("/_hearth/admin/v1/jobs").then().statusCode(404);
  }
}
