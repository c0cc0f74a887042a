package org.hearth.engine.presence;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.hearth.engine.account.AccountChange;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.ledger.Batch;
import org.hearth.ledger.Change;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Learns from what is committed who is active, and tells those who wait and [other
/// servers](https://spec.matrix.org/v1.19/server-server-api/#presence) whose presence changed:
/// about once a second, so that what changed twice is told once.
public final class PresenceNews implements CommitListener {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceNews.class);

  /// So many changes are told at a time; the rest waits for the next time.
  private static final int MAX_PER_STEP = 500;

  /// Of a room that a server joins, so many users are told it at once; it hears of the others when
  /// something changes, or after a while.
  private static final int MAX_PER_ARRIVAL = 100;

  private static final int MAX_ARRIVALS = 1_000;

  private final ServerName serverName;
  private final Presence presence;
  private final Rooms rooms;
  private final UserRooms userRooms;
  private final EphemeralSender sender;
  private final Ledger ledger;
  private final InstantSource clock;
  private final List<BiConsumer<UserId, Collection<RoomId>>> listeners =
      new CopyOnWriteArrayList<>();

  /// Who came to a room since the last step; what does not fit is told with the next change.
  private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();

  /// Who came between the last two steps.
  private Set<Arrival> recent = new LinkedHashSet<>();

  /// One step at a time; a second one that begins meanwhile has nothing to do.
  private final ReentrantLock stepping = new ReentrantLock();

  private sealed interface Arrival {
    /// Others in the room must hear of the user.
    record Local(RoomId roomId, UserId userId) implements Arrival {}

    /// A server that had nobody in the room must hear of those who are in it here.
    record Server(RoomId roomId, ServerName server) implements Arrival {}
  }

  public PresenceNews(
      ServerName serverName,
      Presence presence,
      Rooms rooms,
      UserRooms userRooms,
      EphemeralSender sender,
      Ledger ledger,
      InstantSource clock) {
    this.serverName = serverName;
    this.presence = presence;
    this.rooms = rooms;
    this.userRooms = userRooms;
    this.sender = sender;
    this.ledger = ledger;
    this.clock = clock;
  }

  /// Hears of users whose presence changed, with the rooms in which that may be seen.
  public void listen(BiConsumer<UserId, Collection<RoomId>> listener) {
    listeners.add(listener);
  }

  @Override
  public void committed(long committed, Batch batch) {
    for (var positioned : batch.changes()) note(positioned.change());
  }

  private void note(Change change) {
    switch (change) {
      case RoomChange.AppendEvent append -> appended(append);
      case ReceiptSet set -> active(set.receipt().userId());
      case AccountChange.DevicesRemoved removed ->
          removed.deviceIds().forEach(device -> presence.board().gone(removed.userId(), device));
      case AccountChange.Deactivated ended -> presence.board().gone(ended.userId());
      default -> {
        // Nothing that somebody did.
      }
    }
  }

  private void appended(RoomChange.AppendEvent append) {
    var event = append.event().event();
    if (append.entrance() != RoomChange.Entrance.LIVE) return;
    if (append.rejectedFor() == null) active(event.sender());
    for (var membership : append.occupancy().memberships()) {
      if (membership.local() && membership.membership().equals("join"))
        arrive(new Arrival.Local(event.roomId(), membership.user()));
    }
    for (var server : append.occupancy().arrived())
      if (!server.equals(serverName)) arrive(new Arrival.Server(event.roomId(), server));
  }

  private void active(UserId userId) {
    if (userId.serverName().equals(serverName)) presence.board().active(userId);
  }

  private void arrive(Arrival arrival) {
    if (waiting.incrementAndGet() > MAX_ARRIVALS) waiting.decrementAndGet();
    else arrivals.add(arrival);
  }

  /// Called every second or so by a loop of the server. What cannot be told, as the database does
  /// not answer, is told with the next change.
  public void step() {
    if (!stepping.tryLock()) return;
    try {
      tellChanges();
    } catch (RuntimeException e) {
      LOG.warn("Telling whose presence changed failed", e);
    } finally {
      stepping.unlock();
    }
  }

  private void tellChanges() {
    var step = presence.board().step(MAX_PER_STEP);
    store(step.unnoted());
    for (var changed : step.changed()) {
      boolean local = changed.userId().serverName().equals(serverName);
      var seenIn =
          local ? userRooms.joined(changed.userId()) : userRooms.roomsWith(changed.userId());
      listeners.forEach(listener -> listener.accept(changed.userId(), seenIn));
      if (local) tell(changed, servers(seenIn));
    }
    for (var again : step.again()) tell(again, servers(userRooms.joined(again.userId())));
    arrived();
  }

  /// If it is lost, a restart finds somebody where they were before.
  private void store(List<PresenceStore.Noted> unnoted) {
    if (unnoted.isEmpty()) return;
    var changes = unnoted.stream().map(PresenceChange::new).toList();
    var unused =
        ledger
            .append(Entry.of(Lane.BULK, changes))
            .exceptionally(
                failure -> {
                  LOG.debug("Could not note who is present", failure);
                  return 0L;
                });
  }

  private Set<ServerName> servers(Collection<RoomId> roomIds) {
    var servers = new TreeSet<ServerName>();
    for (var roomId : roomIds)
      rooms.view(roomId).ifPresent(view -> servers.addAll(view.joinedServers()));
    servers.remove(serverName);
    return servers;
  }

  private void tell(UserPresence told, Set<ServerName> servers) {
    if (!servers.isEmpty()) sender.send(servers, null, Presence.TYPE, told.push(clock.millis()));
  }

  /// Those who came before the last step: the other servers know of the join by now, which ignore
  /// people that they share no room with.
  private void arrived() {
    var due = recent;
    recent = new LinkedHashSet<>();
    for (var next = arrivals.poll(); next != null; next = arrivals.poll()) {
      waiting.decrementAndGet();
      recent.add(next);
    }
    for (var arrival : due) {
      switch (arrival) {
        case Arrival.Local(var roomId, var userId) ->
            presence
                .board()
                .present(List.of(userId))
                .forEach(told -> tell(told, servers(List.of(roomId))));
        case Arrival.Server(var roomId, var server) -> {
          var users = new ArrayList<>(userRooms.localJoined(roomId));
          presence.board().present(users).stream()
              .limit(MAX_PER_ARRIVAL)
              .forEach(told -> tell(told, Set.of(server)));
        }
      }
    }
  }
}
