package org.hearth.server;

import org.hearth.client.http.RequestThreads;
import org.hearth.client.http.Routes;
import org.hearth.engine.memory.Share;
import org.hearth.engine.sync.Concerns;
import org.hearth.engine.sync.Freshness;
import org.hearth.engine.sync.IgnoredUsers;
import org.hearth.engine.sync.Sync;
import org.hearth.engine.sync.SyncNews;
import org.hearth.engine.sync.SyncRooms;
import org.hearth.engine.sync.SyncView;
import org.hearth.engine.sync.UnreadCounts;
import org.hearth.engine.sync.Waiters;

/// Everything that `/sync` looks at, and what wakes it.
final class SyncParts {
  /// Bytes to remember when a room, user or device last changed.
  private static final int TOPIC = 250;

  private final Sync sync;
  private final PersonParts persons;
  private final RoomParts rooms;
  private final PresenceParts presence;

  SyncParts(
      Basics basics,
      PersonParts persons,
      RoomParts rooms,
      EncryptionParts encryption,
      PresenceParts presence) {
    var engine = rooms.engine();
    var ledger = basics.ledger();
    var budget = basics.budget();
    var freshness = new Freshness(ledger.committed(), budget.count(Share.FRESHNESS, TOPIC));
    budget.measure(Share.FRESHNESS, () -> freshness.topics() * TOPIC);
    var waiters = new Waiters();
    basics.metrics().gauge("hearth.sync.waiters", waiters, Waiters::waiting);
    ledger.listen(new SyncNews(Concerns::of, freshness, waiters, rooms.typing(), presence.news()));
    var ignored = new IgnoredUsers(persons.accountData(), freshness, budget);
    var unread =
        new UnreadCounts(
            engine.rooms(),
            engine.timeline(),
            rooms.receiptStore(),
            persons.pushRules(),
            ignored,
            freshness,
            budget);
    var syncRooms =
        new SyncRooms(
            engine.rooms(),
            engine.userRooms(),
            engine.timeline(),
            engine.clientEvents(),
            rooms.receiptStore(),
            rooms.typing(),
            unread,
            freshness,
            ignored,
            budget);
    var view =
        new SyncView(
            syncRooms,
            persons.accountData(),
            encryption.inbox(),
            encryption.changes(),
            presence.sharedRooms(),
            encryption.counts(),
            presence.presence(),
            ignored,
            freshness,
            budget);
    // Differs from run to run: what is not durable, like who types, begins anew.
    long boot = basics.random().nextLong(1L << 53);
    this.sync =
        new Sync(
            ledger, view, waiters, engine.userRooms(), rooms.typing(), presence.presence(), boot);
    this.presence = presence;
    this.persons = persons;
    this.rooms = rooms;
  }

  void mount(Routes routes, RequestThreads threads) {
    new org.hearth.client.sync.Sync(sync, persons.filters(), threads).mount(routes);
    new org.hearth.client.sync.Receipts(rooms.receipts()).mount(routes);
    new org.hearth.client.sync.Typing(rooms.typing()).mount(routes);
    new org.hearth.client.sync.Presence(presence.presence()).mount(routes);
  }
}
