package org.hearth.engine.sync;

import java.time.Duration;
import org.hearth.engine.Parking;
import org.hearth.engine.Requester;
import org.hearth.engine.presence.Presence;
import org.hearth.engine.room.UserRooms;
import org.hearth.engine.typing.Typing;
import org.hearth.ledger.Ledger;

/// [Syncing](https://spec.matrix.org/v1.19/client-server-api/#syncing): answers when there is news,
/// or when the time is over. A waiting request asks no database; a commit wakes it.
public final class Sync {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Ledger ledger;
  private final SyncView view;
  private final Waiters waiters;
  private final UserRooms userRooms;
  private final Typing typing;
  private final Presence presence;
  private final long boot;

  /// @param boot different for every run of the server
  public Sync(
      Ledger ledger,
      SyncView view,
      Waiters waiters,
      UserRooms userRooms,
      Typing typing,
      Presence presence,
      long boot) {
    this.ledger = ledger;
    this.view = view;
    this.waiters = waiters;
    this.userRooms = userRooms;
    this.typing = typing;
    this.presence = presence;
    this.boot = boot;
  }

  public SyncAnswer sync(Requester requester, SyncRequest request, Parking parking) {
    try (var _ = presence.syncing(requester, request.setPresence())) {
      return view.withKeyCounts(requester, waitForNews(requester, request, parking));
    }
  }

  private SyncAnswer waitForNews(Requester requester, SyncRequest request, Parking parking) {
    var since = request.since();
    if (since != null) view.acknowledge(requester, since);
    boolean waits = since != null && !request.fullState();
    long deadline = System.nanoTime() + (waits ? min(request.timeout(), LONGEST).toNanos() : 0);
    var answer = view.between(requester, request, now());
    while (!answer.news() && System.nanoTime() < deadline) {
      try (var waiter = waiters.enter()) {
        // What came before the subscription is seen by looking again; what comes after it wakes.
        subscribe(waiter, requester);
        answer = view.between(requester, request, now());
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (answer.news() || left <= 0) return answer;
        parking.parked(
            () -> {
              waiter.await(left);
              return true;
            });
      }
      answer = view.between(requester, request, now());
    }
    return answer;
  }

  private SyncToken now() {
    // What is not durable first: what comes between the two readings is then answered once more,
    // not lost.
    long sequence = typing.sequence();
    long present = presence.sequence();
    long committed = Math.min(ledger.committed(), view.heard());
    return new SyncToken(committed, committed, boot, sequence, present);
  }

  private void subscribe(Waiters.Waiter waiter, Requester requester) {
    waiter.subscribe(new Topic.User(requester.userId()));
    waiter.subscribe(new Topic.DeviceLists());
    if (requester.deviceId() != null)
      waiter.subscribe(new Topic.Device(requester.userId(), requester.deviceId()));
    for (var roomId : userRooms.joined(requester.userId())) {
      waiter.subscribe(new Topic.Events(roomId));
      waiter.subscribe(new Topic.Receipts(roomId));
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
