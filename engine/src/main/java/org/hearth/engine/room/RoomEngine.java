package org.hearth.engine.room;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.hearth.e2ee.Fanout;
import org.hearth.engine.expiry.Lifetimes;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.ServerName;

/// Everything about rooms, put together.
public final class RoomEngine {

  /// How much memory rooms may take.
  ///
  /// @param activeRooms rooms whose heads, member counts and newest events are in memory
  /// @param budget of the caches
  /// @param stagedOfServer events of one other server that wait in one room to be worked in
  public record Limits(int activeRooms, MemoryBudget budget, int stagedOfServer) {
    /// An active room with its newest events and transaction ids.
    private static final int ACTIVE_ROOM = 16_000;

    private static final int STAGED_OF_SERVER = 5_000;

    public static final Limits DEFAULT = of(new MemoryBudget(128L << 20));

    public Limits(int activeRooms, MemoryBudget budget) {
      this(activeRooms, budget, STAGED_OF_SERVER);
    }

    public static Limits of(MemoryBudget budget) {
      return new Limits(budget.count(Share.ACTIVE_ROOMS, ACTIVE_ROOM), budget);
    }

    public Limits withStagedOfServer(int events) {
      return new Limits(activeRooms, budget, events);
    }
  }

  /// What storage answers.
  public record Stores(
      RoomStore rooms,
      TimelineStore timelines,
      MembershipStore memberships,
      OutgoingStore outgoing,
      StagingStore staging,
      ErasureStore erasure) {}

  /// What other servers answer, and who waits for several answers at the same time.
  public record Others(RemoteRooms rooms, ServerKeys keys, Fanout fanout) {
    /// One after the other.
    public Others(RemoteRooms rooms, ServerKeys keys) {
      this(rooms, keys, new Fanout(Runnable::run));
    }
  }

  /// Who this server is.
  public record Identity(ServerName name, SigningKey key) {}

  private static final Duration TRANSACTIONS_KEPT = Duration.ofHours(24);

  private final Ledger ledger;
  private final InstantSource clock;
  private final RoomMemory memory;
  private final CommittedRooms rooms;
  private final LocalAppends appends;
  private final HistoryVisibility visibility;
  private final ContentRemoval removal;
  private final CommittedUserRooms userRooms;
  private final RoomTimeline timeline;
  private final RelatedEvents related;
  private final RenderedEvents clientEvents;
  private final OutgoingFromStore outgoing;
  private final InboundWork inboundWork;
  private final InboundFace inbound;
  private final RemoteJoins remoteMemberships;
  private final RoomRemoval roomRemoval;

  /// [#RoomEngine] of a server that keeps everything.
  public RoomEngine(
      Identity identity,
      Ledger ledger,
      Stores stores,
      Others others,
      InstantSource clock,
      SecureRandom random,
      Limits limits) {
    this(identity, ledger, stores, others, clock, random, limits, Lifetimes.KEPT);
  }

  public RoomEngine(
      Identity identity,
      Ledger ledger,
      Stores stores,
      Others others,
      InstantSource clock,
      SecureRandom random,
      Limits limits,
      Lifetimes lifetimes) {
    this.ledger = ledger;
    this.clock = clock;
    memory = new RoomMemory(stores.rooms(), limits.budget());
    var writers = new RoomWriters(memory, ledger, identity.name(), clock, limits.activeRooms());
    roomRemoval = new RoomRemoval(writers);
    measure(writers, limits);
    var events = new LocalEvents(identity.name(), identity.key(), clock, random);
    var receipt = new Receipt(others.keys());
    var fetching = new Fetching(others.rooms(), receipt, others.fanout());
    rooms = new CommittedRooms(writers);
    appends = new LocalAppends(writers, events, receipt);
    visibility = new HistoryVisibility(rooms, stores.memberships(), lifetimes, clock);
    var erasure = new Erasure(stores.erasure(), identity.name());
    ledger.listen(erasure);
    removal = new ContentRemoval(writers);
    userRooms = new CommittedUserRooms(stores.memberships(), rooms, identity.name());
    var backfill = new Backfill(writers, stores.timelines(), receipt, fetching);
    var nearest = new NearestEvents(rooms, stores.timelines(), visibility, backfill::fetchNear);
    timeline = new RoomTimeline(rooms, stores.timelines(), visibility, backfill, nearest);
    related = new RelatedEvents(rooms, stores.timelines(), visibility);
    clientEvents = new RenderedEvents(rooms, visibility, related, erasure, clock);
    outgoing = new OutgoingFromStore(stores.outgoing(), memory, identity.name());
    var awaitedKeys = new AwaitedKeys(writers, stores.staging(), receipt, others.fanout(), clock);
    inboundWork =
        new InboundWork(
            writers,
            stores.staging(),
            new Backlog(limits.stagedOfServer()),
            new Placing(receipt, fetching),
            awaitedKeys,
            new Extremities(appends, stores.memberships()),
            ledger,
            clock);
    var outside = new OutsideMemberships(writers, ledger);
    var access = new InboundAccess(writers, rooms, stores.memberships());
    inbound =
        new InboundFace(
            new InboundTransactions(
                access,
                receipt,
                stores.staging(),
                inboundWork,
                new WithdrawnInvites(identity.name(), stores.memberships(), receipt, outside),
                ledger,
                clock),
            new InboundMembers(identity, access, events, receipt, rooms, outside),
            new InboundHistory(access, rooms, visibility, stores.timelines(), erasure),
            access);
    remoteMemberships =
        new RemoteJoins(
            identity,
            others.rooms(),
            writers,
            receipt,
            fetching,
            events,
            appends,
            outside,
            clock,
            random);
  }

  private static void measure(RoomWriters writers, Limits limits) {
    limits
        .budget()
        .measure(Share.ACTIVE_ROOMS, () -> (long) writers.activeRooms() * Limits.ACTIVE_ROOM);
  }

  public InboundRooms inbound() {
    return inbound;
  }

  /// Call [InboundWork#step] in loops of some threads.
  public InboundWork inboundWork() {
    return inboundWork;
  }

  /// Reads which transaction ids were used, so that new ones need no query. Call it once after the
  /// start, beside everything else.
  public void recallTransactions() {
    long now = clock.millis();
    memory.store().sentHashes(now, hash -> memory.sent().add(hash, now));
    memory.sent().complete();
  }

  /// Drops what is remembered of transactions longer than clients and servers repeat them. Call it
  /// every hour or so.
  public void forgetOldTransactions() {
    ledger.write(
        Entry.of(
            Lane.BULK,
            List.of(
                new RoomChange.ForgetTransactions(clock.millis() - TRANSACTIONS_KEPT.toMillis()))));
  }

  /// For who takes rooms, or parts of them, out of storage.
  public RoomRemoval roomRemoval() {
    return roomRemoval;
  }

  public RemoteMemberships remoteMemberships() {
    return remoteMemberships;
  }

  public Rooms rooms() {
    return rooms;
  }

  public RoomAppends appends() {
    return appends;
  }

  public ContentRemoval contentRemoval() {
    return removal;
  }

  public Visibility visibility() {
    return visibility;
  }

  public UserRooms userRooms() {
    return userRooms;
  }

  public Timeline timeline() {
    return timeline;
  }

  public RelatedEvents related() {
    return related;
  }

  public ClientEvents clientEvents() {
    return clientEvents;
  }

  public OutgoingEvents outgoing() {
    return outgoing;
  }
}
