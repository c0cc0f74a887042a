package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.room.OutgoingEvents.Outgoing;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;

/// Tells one other server what it must be told: as the real sender does, in order, one transaction
/// at a time, again until it is answered, and after a crash from where it durably knows that it
/// was. (The real one keeps more, and speaks HTTP.)
final class Courier {
  private static final int MOST_EVENTS = 50;
  private static final long FIRST_WAIT_MS = 500;
  private static final long LAST_WAIT_MS = 30_000;

  private final Incarnation from;
  private final World world;
  private final ServerName to;
  private final Chance chance;
  private final SeededScheduler.Bell bell;
  private long delivered;
  private boolean idle;
  private boolean lags;
  private boolean hurried;
  private int attempts;

  Courier(Incarnation from, ServerName to, Chance chance) {
    this.from = from;
    this.world = from.server.world;
    this.to = to;
    this.chance = chance;
    this.bell = new SeededScheduler.Bell(world.scheduler);
    this.delivered = from.server.delivered.getOrDefault(to, 0L);
  }

  void wake() {
    bell.ring();
  }

  /// The other side is there again.
  void hurry() {
    hurried = true;
    bell.ring();
  }

  boolean isIdle() {
    return idle && from.ledger.committed() <= delivered;
  }

  void carry() {
    while (from.isAlive()) {
      long upTo = from.ledger.committed();
      var page = page(upTo);
      if (page.isEmpty()) {
        delivered(upTo);
        lags = false;
        idle = true;
        if (upTo == from.ledger.committed()) bell.await(Long.MAX_VALUE);
        idle = false;
        continue;
      }
      var mine = page.stream().filter(event -> event.destinations().contains(to)).toList();
      if (mine.isEmpty() || send(mine, page.getLast().position())) {
        delivered(page.getLast().position());
        attempts = 0;
      } else {
        lags = true;
        attempts++;
        pauseAfterFailure();
      }
    }
  }

  private List<Outgoing> page(long upTo) {
    var outgoing = from.engine.outgoing();
    return lags
        ? outgoing.after(to, delivered, upTo, MOST_EVENTS)
        : outgoing.after(delivered, upTo, MOST_EVENTS);
  }

  private boolean send(List<Outgoing> events, long last) {
    var ids = events.stream().map(Outgoing::eventId).toList();
    List<ObjectNode> pdus = from.engine.outgoing().federationForm(ids);
    return world.network.transaction(from, to, "m" + delivered + "-" + last, pdus);
  }

  private void delivered(long position) {
    delivered = Math.max(delivered, position);
    // The cursor is written now and then.
    if (chance.percent(40)) from.server.delivered.put(to, delivered);
  }

  private void pauseAfterFailure() {
    if (hurried) {
      hurried = false;
      from.sleep(50);
      return;
    }
    long wait = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS << Math.min(attempts, 7));
    bell.await(world.scheduler.millis() + wait);
    from.check();
  }

  /// For traces.
  static String names(List<EventId> ids) {
    return String.join(",", ids.stream().map(EventId::value).toList());
  }
}
