package org.hearth.engine.room;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Reading rooms: the active ones' committed snapshots, and caches in front of storage.
final class CommittedRooms implements Rooms {
  private final RoomWriters writers;
  private final RoomMemory memory;

  CommittedRooms(RoomWriters writers) {
    this.writers = writers;
    this.memory = writers.memory();
  }

  @Override
  public Optional<RoomView> view(RoomId roomId) {
    return committed(roomId).map(view -> view);
  }

  Optional<CommittedView> committed(RoomId roomId) {
    return writers
        .get(roomId)
        .filter(writer -> !writer.committed().heads().isEmpty())
        .map(writer -> new CommittedView(writer.data(), writer.committed(), writers.us()));
  }

  /// Whether storage need not be asked what relates to an event.
  boolean nothingRelatesTo(StoredEvent event) {
    return event.event().sender().serverName().equals(writers.us())
        && data(event.event().roomId())
            .filter(
                data -> data.recent().nothingRelatesTo(event.event().eventId(), event.position()))
            .isPresent();
  }

  Optional<RoomData> data(RoomId roomId) {
    return writers.get(roomId).map(RoomWriter::data);
  }

  @Override
  public Optional<StateMap> stateAt(RoomId roomId, long position) {
    var writer = writers.get(roomId).orElse(null);
    if (writer == null) return Optional.empty();
    var committed = writer.committed();
    if (position >= committed.position() && !committed.heads().isEmpty())
      return Optional.of(new RoomState(writer.data(), committed.root()));
    var root = writer.data().recent().rootAt(position);
    if (root.isEmpty()) root = memory.store().rootAt(writer.key(), position);
    return root.isEmpty()
        ? Optional.empty()
        : Optional.of(new RoomState(writer.data(), root.getAsLong()));
  }

  @Override
  public Optional<StateMap> stateBefore(RoomId roomId, EventId eventId) {
    return placed(roomId, eventId)
        .flatMap(event -> data(roomId).map(data -> new RoomState(data, event.stateBefore())));
  }

  Optional<RoomEvent> placed(RoomId roomId, EventId eventId) {
    return inRoom(roomId, eventId).filter(event -> !event.isOutlier());
  }

  Optional<RoomEvent> inRoom(RoomId roomId, EventId eventId) {
    return memory.event(eventId).filter(event -> event.room().id().equals(roomId));
  }

  @Override
  public Optional<StoredEvent> event(RoomId roomId, EventId eventId) {
    return inRoom(roomId, eventId).map(this::stored);
  }

  @Override
  public Optional<StoredEvent> event(EventId eventId) {
    return memory.event(eventId).map(this::stored);
  }

  @Override
  public Map<EventId, StoredEvent> events(Collection<EventId> eventIds) {
    var found = new HashMap<EventId, StoredEvent>();
    memory.events(eventIds).forEach((id, event) -> found.put(id, stored(event)));
    return found;
  }

  Map<EventId, RoomEvent> roomEvents(Collection<EventId> ids) {
    return memory.events(ids);
  }

  StoredEvent stored(RoomEvent event) {
    return stored(event, redactionOf(event));
  }

  /// In the given order.
  List<StoredEvent> stored(Collection<RoomEvent> events) {
    return events.stream().map(this::stored).toList();
  }

  private @Nullable Event redactionOf(RoomEvent event) {
    if (event.redactedBy() <= 0) return null;
    var redaction =
        memory.events(event.room(), List.of(event.redactedBy())).get(event.redactedBy());
    return redaction == null ? null : redaction.event();
  }

  private static StoredEvent stored(RoomEvent event, @Nullable Event redaction) {
    return new StoredEvent(
        event.event(), event.position(), event.standing(), redaction, event.transactionId());
  }
}
