package org.hearth.server.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// Nothing that people wrote lies in clear in the data directory, so that a copy of it, such as a
/// backup, holds ciphertext only. One of each kind of data.
class ClearTextTest {
  /// In everything that is written here.
  private static final String MARK = "quixotic-marmalade";

  @Test
  void noFileHoldsWhatPeopleWrote() throws Exception {
    try (TestServer server = TestServer.start("encryption.policy=off", "retention.enabled=true")) {
      User alice = server.register("clear");
      User bob = server.register("clear");
      write(alice, bob);
      // What is in the database's memory comes to the disk.
      server.restart();
      RoomSteps.say(alice, RoomSteps.publicRoom(alice), MARK + " of the running journal");

      assertThat(filesWith(server.directory(), MARK)).isEmpty();
      // The search finds what is there.
      assertThat(filesWith(server.directory(), alice.id())).isNotEmpty();
    }
  }

  private static void write(User alice, User bob) {
    String room =
        RoomSteps.create(
            alice,
            Map.of("preset", "private_chat", "name", "name " + MARK, "topic", "topic " + MARK));
    RoomSteps.invite(alice, room, bob);
    RoomSteps.join(bob, room);
    String said = RoomSteps.say(alice, room, "message " + MARK);
    RoomSteps.send(
        alice,
        room,
        "m.room.message",
        Map.of("body", "burns " + MARK, "m.self_destruct_after", Long.MAX_VALUE / 2));
    RoomSteps.send(
        alice, room, "m.room.message", Map.of("body", "burns too " + MARK, "m.self_destruct", 1));
    RoomSteps.send(alice, room, "org.example.own", Map.of("words", MARK));
    RoomSteps.put(alice, "/rooms/" + room + "/redact/" + said + "/r", Map.of("reason", MARK));
    RoomSteps.put(alice, "/rooms/" + room + "/state/org.example.state", Map.of("words", MARK));
    RoomSteps.post(bob, "/rooms/" + room + "/report/" + said, Map.of("reason", MARK));
    RoomSteps.post(bob, "/rooms/" + room + "/leave", Map.of("reason", MARK));

    String user = "/user/" + alice.id();
    RoomSteps.put(alice, "/profile/" + alice.id() + "/displayname", Map.of("displayname", MARK));
    RoomSteps.put(alice, user + "/account_data/org.example.data", Map.of("words", MARK));
    RoomSteps.put(
        alice, user + "/rooms/" + room + "/account_data/org.example.data", Map.of("words", MARK));
    RoomSteps.post(alice, user + "/filter", Map.of("event_fields", List.of(MARK)));
    RoomSteps.put(alice, "/devices/" + alice.deviceId(), Map.of("display_name", MARK));
    RoomSteps.put(
        alice,
        "/sendToDevice/org.example.words/1",
        Map.of("messages", Map.of(bob.id(), Map.of("*", Map.of("words", MARK)))));
    RoomSteps.post(
        alice,
        "/pushers/set",
        Map.of(
            "kind",
            "http",
            "app_id",
            "org.example",
            "app_display_name",
            MARK,
            "device_display_name",
            MARK,
            "pushkey",
            MARK,
            "lang",
            "en",
            "data",
            Map.of("url", "https://push.example/_matrix/push/v1/notify")));
    alice
        .api()
        .contentType("text/plain")
        .body(("file " + MARK).getBytes(UTF_8))
        .post("/_matrix/media/v3/upload?filename=" + MARK)
        .then()
        .statusCode(200);
  }

  private static List<Path> filesWith(Path directory, String text) throws IOException {
    var found = new ArrayList<Path>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList())
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) found.add(file);
    }
    return found;
  }
}
