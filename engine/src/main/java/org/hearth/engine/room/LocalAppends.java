package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.RoomWriter.Queued;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.ledger.Change;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.jspecify.annotations.Nullable;

/// One local event's way into its room.
final class LocalAppends implements RoomAppends {
  /// How often an append is built again after what it was built upon failed.
  private static final int ATTEMPTS = 3;

  private final RoomWriters writers;
  private final LocalEvents events;
  private final Receipt receipt;

  LocalAppends(RoomWriters writers, LocalEvents events, Receipt receipt) {
    this.writers = writers;
    this.events = events;
    this.receipt = receipt;
  }

  @Override
  public Outcome<RoomId> create(
      RoomVersion version, List<Draft> drafts, Function<RoomId, List<Change>> with) {
    var rules = version.rules();
    return events
        .create(rules, events.randomRoomId(), drafts.getFirst())
        .then(create -> start(create, drafts.subList(1, drafts.size()), with));
  }

  private Outcome<RoomId> start(
      Event create, List<Draft> drafts, Function<RoomId, List<Change>> with) {
    var writer = writers.start(events.newRoom(create.roomId(), create.rules()));
    return writer
        .<RoomId>write(
            Lane.INTERACTIVE,
            entry -> {
              append(entry, new LocalEvents.Built(create, List.of(), 0), null, false);
              for (var draft : drafts)
                if (add(entry, draft) instanceof Outcome.Refused<EventId>(var refusal))
                  return Outcome.refused(refusal);
              with.apply(create.roomId()).forEach(entry::add);
              return Outcome.done(create.roomId());
            })
        .map(
            queued -> {
              var roomId = queued.await();
              writers.started(writer);
              return roomId;
            });
  }

  @Override
  public Outcome<List<EventId>> append(RoomId roomId, List<Draft> drafts, List<Change> with) {
    var refusal = writers.refusesEntry(roomId);
    if (refusal.isPresent() && drafts.stream().anyMatch(LocalAppends::enters))
      return Outcome.forbidden(refusal.get());
    for (var draft : drafts)
      if (draft.transactionId() != null && draft.transactionId().id().indexOf('\0') >= 0)
        return Outcome.refused(
            ErrorCode.M_INVALID_PARAM, "A transaction identifier cannot hold U+0000.");
    return retrying(roomId, writer -> write(writer, drafts, with));
  }

  private static boolean enters(Draft draft) {
    return draft.type().equals(EventType.MEMBER)
        && draft.content().path("membership").asText("").equals("join");
  }

  private Outcome<Queued<List<EventId>>> write(
      RoomWriter writer, List<Draft> drafts, List<Change> with) {
    prepare(writer, drafts);
    var earlier = new ArrayList<@Nullable EventId>();
    for (var draft : drafts) earlier.add(stored(writer, draft.transactionId()));
    return writer.write(
        Lane.INTERACTIVE,
        entry -> {
          // A room that everybody has left is nobody else's either.
          var servers = entry.now().occupants().servers();
          if (!servers.isEmpty() && !servers.contains(writers.us())) return notInRoom();
          var ids = new ArrayList<EventId>();
          for (int i = 0; i < drafts.size(); i++) {
            var known = earlier.get(i);
            if (known == null) known = justSent(writer, drafts.get(i).transactionId());
            if (known != null) {
              ids.add(known);
              continue;
            }
            switch (add(entry, drafts.get(i))) {
              case Outcome.Done<EventId>(var id) -> ids.add(id);
              case Outcome.Refused<EventId>(var refusal) -> {
                return Outcome.refused(refusal);
              }
            }
          }
          if (!entry.isEmpty()) with.forEach(entry::add);
          return Outcome.done(ids);
        });
  }

  private @Nullable EventId stored(RoomWriter writer, @Nullable TransactionId transactionId) {
    if (transactionId == null || writer.sent(transactionId) != null) return null;
    var memory = writers.memory();
    if (!memory.sent().perhaps(writer.key(), transactionId)) return null;
    return memory.store().sent(writer.key(), transactionId, events.now()).orElse(null);
  }

  /// What is not durable yet becomes so before the (then empty) entry of this call.
  private static @Nullable EventId justSent(
      RoomWriter writer, @Nullable TransactionId transactionId) {
    return transactionId == null ? null : writer.sent(transactionId);
  }

  /// Brings what building will read into the caches, so that the lock is not held over queries.
  private void prepare(RoomWriter writer, List<Draft> drafts) {
    var snapshot = writer.tentative();
    for (var draft : drafts) {
      events.prepare(writer.data(), snapshot, draft);
      if (draft.redacts() != null) writer.data().eventById(draft.redacts());
    }
  }

  /// Builds on everything that the entry has so far.
  private Outcome<EventId> add(RoomEntry entry, Draft draft) {
    var same = unchanged(entry, draft);
    if (same != null) return Outcome.done(same);
    return events
        .build(entry.data(), entry.now(), draft, entry.edit())
        .then(
            built -> {
              if (Redactions.isFutile(entry.data(), built.event(), built.stateBefore()))
                return Outcome.forbidden("You may not redact this event.");
              append(entry, built, draft.transactionId(), isForOthers(entry, built.event()));
              return Outcome.done(built.event().eventId());
            });
  }

  /// "If the state event being sent is identical to the current one", it is not sent again.
  private static @Nullable EventId unchanged(RoomEntry entry, Draft draft) {
    if (draft.stateKey() == null) return null;
    var present =
        entry.data().state(entry.now().root(), new StateKey(draft.type(), draft.stateKey()));
    if (present == null) return null;
    boolean same =
        present.redactedBy() == 0
            && present.event().sender().equals(draft.sender())
            && present.event().content().equals(draft.content());
    return same ? present.event().eventId() : null;
  }

  /// Ties heads together. No other server is told: they ask when something stands upon it.
  Outcome<EventId> tie(RoomWriter writer, Draft draft) {
    return writer
        .<EventId>write(
            Lane.FEDERATION,
            entry -> {
              if (!entry.now().occupants().includes(writers.us())) return notInRoom();
              return events
                  .build(entry.data(), entry.now(), draft, entry.edit())
                  .map(
                      built -> {
                        append(entry, built, null, false);
                        return built.event().eventId();
                      });
            })
        .map(Queued::await);
  }

  private boolean isForOthers(RoomEntry entry, Event event) {
    return hasOthers(entry) || tellsGuest(event);
  }

  private void append(
      RoomEntry entry,
      LocalEvents.Built built,
      @Nullable TransactionId transactionId,
      boolean outgoing) {
    long before = built.stateBefore();
    entry.append(
        new Arrival(
            built.event(),
            Entrance.LIVE,
            Standing.ACCEPTED,
            null,
            before,
            built.authOrdinals(),
            null,
            0,
            Redactions.note(entry.data(), built.event(), before),
            List.of(),
            transactionId,
            outgoing,
            false));
  }

  /// The server of a user who was only invited hears that the invite is void.
  private boolean tellsGuest(Event event) {
    return event.membership().filter(m -> m.equals("leave") || m.equals("ban")).isPresent()
        && event
            .stateKey()
            .flatMap(UserId::tryParse)
            .filter(user -> !user.serverName().equals(writers.us()))
            .isPresent();
  }

  private boolean hasOthers(RoomEntry entry) {
    var servers = entry.now().occupants().servers();
    return servers.size() > (servers.contains(writers.us()) ? 1 : 0);
  }

  @Override
  public Outcome<Event> build(RoomId roomId, Draft draft) {
    return writers
        .with(
            roomId,
            writer -> {
              var snapshot = writer.committed();
              if (!snapshot.occupants().includes(writers.us()))
                return LocalAppends.<Event>notInRoom();
              return events.build(writer.data(), snapshot, draft).map(LocalEvents.Built::event);
            })
        .orElseGet(LocalAppends::notInRoom);
  }

  @Override
  public Outcome<EventId> appendBuilt(Event event, List<Change> with) {
    var circumstances = new Receipt.Circumstances(Entrance.LIVE, null, true);
    return retrying(
        event.roomId(),
        writer ->
            receipt
                .judge(writer, event, circumstances)
                .then(judged -> appendJudged(writer, judged, with)));
  }

  private Outcome<Queued<EventId>> appendJudged(
      RoomWriter writer, Receipt.Judged judged, List<Change> with) {
    return writer.write(
        Lane.INTERACTIVE,
        judged.generation(),
        entry -> {
          if (!entry.now().occupants().includes(writers.us())) return notInRoom();
          var appended = receipt.append(entry, judged);
          if (!appended.isAccepted())
            return Outcome.forbidden("The room's rules do not allow this event.");
          if (!entry.isEmpty()) with.forEach(entry::add);
          return Outcome.done(appended.event().eventId());
        });
  }

  private <T> Outcome<T> retrying(RoomId roomId, Function<RoomWriter, Outcome<Queued<T>>> attempt) {
    for (int i = 1; ; i++) {
      try {
        return writers.with(roomId, attempt).orElseGet(LocalAppends::notInRoom).map(Queued::await);
      } catch (LedgerException.Superseded e) {
        if (i == ATTEMPTS) throw e;
      }
    }
  }

  private static <T> Outcome<T> notInRoom() {
    return Outcome.refused(ErrorCode.M_NOT_FOUND, "This server is not in the room.");
  }
}
