package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.hearth.engine.account.AccountChange;
import org.hearth.schemas.id.UserId;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// An account ends durably before its user has left all rooms.
class DepartureTest {
  private static final String V3 = "/_matrix/client/v3";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void aDepartureThatWasCutOffGoesOnAtTheNextStart() throws Exception {
    try (TestServer server = TestServer.start()) {
      User alice = server.register("stays");
      User bob = server.register("leaves");
      String room =
          alice
              .api()
              .body(Map.of("preset", "public_chat"))
              .post(V3 + "/createRoom")
              .then()
              .statusCode(200)
              .extract()
              .path("room_id");
      bob.api().body(Map.of()).post(V3 + "/join/" + room).then().statusCode(200);

      server.hearth().close();
      endWithoutDeparture(server, new UserId(bob.id()));
      server.restart();

      long end = System.nanoTime() + PATIENCE.toNanos();
      while (joined(alice, room).containsKey(bob.id()) && System.nanoTime() < end) Thread.sleep(20);
      assertThat(joined(alice, room)).containsOnlyKeys(alice.id());
    }
  }

  private static Map<String, Object> joined(User user, String room) {
    return user.api()
        .get(V3 + "/rooms/" + room + "/joined_members")
        .then()
        .statusCode(200)
        .extract()
        .path("joined");
  }

  /// What a server that was killed right after the answer leaves.
  private static void endWithoutDeparture(TestServer server, UserId user) throws Exception {
    var config = server.hearth().config();
    try (var data = DataDirectory.open(config.dataDirectory())) {
      var keys = Keys.open(config, data, new SecureRandom(), System.getenv());
      try (var storage =
          StorageParts.open(
              config, keys.roots().keys(), InstantSource.system(), new SimpleMeterRegistry())) {
        storage.ledger().write(new AccountChange.Deactivated(user, false));
      }
    }
  }
}
