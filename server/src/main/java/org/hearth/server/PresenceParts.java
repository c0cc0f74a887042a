package org.hearth.server;

import java.util.Map;
import org.hearth.e2ee.SharedRooms;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.federation.EduReceiver;
import org.hearth.engine.presence.Presence;
import org.hearth.engine.presence.PresenceNews;
import org.hearth.engine.room.RoomEngine;
import org.hearth.storage.presence.StoredPresence;

/// Who is online, where that is to be known.
final class PresenceParts {
  private static final long STEP_MS = 1000;

  private final Basics basics;
  private final boolean enabled;
  private final SharedRooms sharedRooms;
  private final Presence presence;
  private final PresenceNews news;

  PresenceParts(
      Basics basics, RoomEngine rooms, SharedRooms sharedRooms, EphemeralSender ephemeral) {
    this.basics = basics;
    this.enabled = basics.config().presence().enabled();
    this.sharedRooms = sharedRooms;
    this.presence =
        new Presence(
            enabled,
            basics.serverName(),
            new StoredPresence(basics.database(), basics.storage().sealing()),
            sharedRooms,
            rooms.userRooms(),
            basics.ledger(),
            basics.clock());
    this.news =
        new PresenceNews(
            basics.serverName(),
            presence,
            rooms.rooms(),
            rooms.userRooms(),
            ephemeral,
            basics.ledger(),
            basics.clock());
  }

  Presence presence() {
    return presence;
  }

  PresenceNews news() {
    return news;
  }

  SharedRooms sharedRooms() {
    return sharedRooms;
  }

  Map<String, EduReceiver> eduReceivers() {
    return enabled ? Map.of(Presence.TYPE, presence::receive) : Map.of();
  }

  /// Begins to tell what changes; the answer ends it.
  AutoCloseable start() {
    if (!enabled) return () -> {};
    basics.ledger().listen(news);
    long timer = basics.vertx().setPeriodic(STEP_MS, _ -> basics.background().execute(news::step));
    return () -> basics.vertx().cancelTimer(timer);
  }
}
