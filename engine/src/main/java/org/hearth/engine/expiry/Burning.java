package org.hearth.engine.expiry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.engine.room.ContentRemoval;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.ledger.Batch;
import org.hearth.ledger.Change;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Destroys self-destructing events: content and key of one event, for good.
///
/// "Once a given server has received read receipts for this message from all members in the room
/// (other than the sender), then the server should redact the event". A receipt for a later event
/// counts too: who has read that has read this.
public final class Burning implements CommitListener {
  private static final int PORTION = 200;

  /// In larger rooms nobody waits for everybody; only a given time counts there.
  private static final int READERS = 500;

  private final Rooms rooms;
  private final ContentRemoval removal;
  private final ExpiryStore store;
  private final ReceiptStore receipts;
  private final Ledger ledger;
  private final InstantSource clock;

  /// Whether somebody read or left since everything was looked at; true at the start.
  private final AtomicBoolean news = new AtomicBoolean(true);

  public Burning(
      Rooms rooms,
      ContentRemoval removal,
      ExpiryStore store,
      ReceiptStore receipts,
      Ledger ledger,
      InstantSource clock) {
    this.rooms = rooms;
    this.removal = removal;
    this.store = store;
    this.receipts = receipts;
    this.ledger = ledger;
    this.clock = clock;
  }

  @Override
  public void committed(long committed, Batch batch) {
    for (var change : batch.changes()) {
      boolean matters =
          change.change() instanceof ReceiptSet
              || change.change() instanceof RoomChange.AppendEvent append
                  && append.event().event().type().equals(EventType.MEMBER);
      if (matters) {
        news.set(true);
        return;
      }
    }
  }

  /// Schedules what everybody has read, and destroys what is due. Call it every second or so.
  public void step() {
    if (news.compareAndSet(true, false)) schedule();
    for (var due = store.due(clock.millis(), PORTION);
        !due.isEmpty();
        due = store.due(clock.millis(), PORTION)) {
      burn(due);
    }
  }

  private void burn(List<ExpiryStore.Burnable> due) {
    var byRoom = new LinkedHashMap<RoomId, List<ExpiryStore.Burnable>>();
    var orphans = new ArrayList<Change>();
    for (var one : due) {
      if (one.roomId().isPresent())
        byRoom.computeIfAbsent(one.roomId().get(), _ -> new ArrayList<>()).add(one);
      else orphans.addAll(destroying(one));
    }
    byRoom.forEach(
        (room, events) -> {
          var ordinals = events.stream().map(ExpiryStore.Burnable::ordinal).toList();
          var with = events.stream().flatMap(one -> destroying(one).stream()).toList();
          // A room that went meanwhile has nothing to remove but the keys.
          if (!removal.remove(room, ordinals, with)) orphans.addAll(with);
        });
    if (!orphans.isEmpty()) ledger.write(Entry.of(Lane.BULK, orphans));
  }

  private static List<Change> destroying(ExpiryStore.Burnable one) {
    return List.of(
        new ExpiryChange.Done(one.room(), one.ordinal()),
        new KeysDestroyed(KeyScope.event(one.event())));
  }

  private void schedule() {
    var page = store.unread(0, 0, PORTION);
    while (!page.isEmpty()) {
      var read = new ArrayList<Change>();
      for (var one : page)
        if (isRead(one))
          read.add(
              new ExpiryChange.Scheduled(
                  one.room(), one.ordinal(), clock.millis() + one.afterReadMs()));
      if (!read.isEmpty()) ledger.write(Entry.of(Lane.BULK, read));
      var last = page.getLast();
      page = store.unread(last.room(), last.ordinal(), PORTION);
    }
  }

  private boolean isRead(ExpiryStore.Burnable one) {
    // Its room is gone.
    if (one.roomId().isEmpty()) return true;
    var view = rooms.view(one.roomId().get()).orElse(null);
    var event = rooms.event(one.event()).orElse(null);
    if (view == null || event == null || view.joinedCount() > READERS) return false;
    return view.stateOfType(EventType.MEMBER).stream()
        .filter(member -> member.membership().orElse("").equals("join"))
        .flatMap(member -> member.stateKey().flatMap(UserId::tryParse).stream())
        .filter(user -> !user.equals(event.event().sender()))
        .allMatch(user -> hasRead(user, view, event));
  }

  private boolean hasRead(UserId user, RoomView view, StoredEvent event) {
    return receipts.of(user, view.roomId()).stream()
        .map(Receipt::eventId)
        .map(id -> rooms.event(view.roomId(), id).orElse(null))
        .filter(Objects::nonNull)
        .anyMatch(read -> isAtOrAfter(read, event));
  }

  private static boolean isAtOrAfter(StoredEvent read, StoredEvent event) {
    if (read.event().eventId().equals(event.event().eventId())) return true;
    if (read.position() > 0 && event.position() > 0) return read.position() > event.position();
    return read.event().depth() > event.event().depth();
  }
}
