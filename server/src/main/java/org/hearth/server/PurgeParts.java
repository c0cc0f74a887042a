package org.hearth.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.hearth.client.admin.HistoryDeletion;
import org.hearth.client.admin.RoomDeletion;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.purge.Leaving;
import org.hearth.engine.purge.RoomPurges;
import org.hearth.storage.federation.StoredFederation;
import org.hearth.storage.room.StoredPurges;
import org.hearth.storage.room.StoredRooms;

/// Taking rooms and history out, with the loop that does it.
final class PurgeParts implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final int ID_BYTES = 12;

  private final RoomPurges purges;
  private final Loop loop;

  PurgeParts(Basics basics, RoomParts rooms) {
    var store = new StoredPurges(basics.database());
    var sender = new StoredFederation(basics.database());
    var memberships = rooms.memberships();
    purges =
        new RoomPurges(
            new RoomPurges.Parts(
                store,
                new StoredRooms(basics.database(), basics.storage().sealing()),
                rooms.engine().roomRemoval(),
                new Leaving(
                    store,
                    (user, room) -> memberships.leave(new Requester(user, null), room, null),
                    position -> sender.cursor() >= position,
                    basics.clock()),
                basics.ledger(),
                basics.clock(),
                () -> id(basics.random()),
                basics.serverName()));
    loop =
        Loop.start(
            "purges",
            () -> {
              if (!purges.awaitWork()) return false;
              purges.step();
              return true;
            },
            Loop.pausing("Taking rooms out"));
  }

  private static String id(SecureRandom random) {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  RoomPurges purges() {
    return purges;
  }

  void mount(Routes routes) {
    new RoomDeletion(purges).mount(routes);
    new HistoryDeletion(purges).mount(routes);
  }

  /// What is not through goes on at the next start.
  @Override
  public void close() {
    purges.close();
    loop.join(STOP);
  }
}
