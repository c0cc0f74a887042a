package org.hearth.engine.room;

import java.util.List;
import java.util.Set;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// A committed snapshot with what it takes to read its state.
final class CommittedView implements RoomView {
  private final RoomData data;
  private final Snapshot snapshot;
  private final ServerName us;

  CommittedView(RoomData data, Snapshot snapshot, ServerName us) {
    this.data = data;
    this.snapshot = snapshot;
    this.us = us;
  }

  RoomData data() {
    return data;
  }

  RoomState stateMap() {
    return new RoomState(data, snapshot.root());
  }

  @Override
  public RoomId roomId() {
    return data.key().id();
  }

  @Override
  public RoomRules rules() {
    return data.key().rules();
  }

  @Override
  public long position() {
    return snapshot.position();
  }

  @Override
  public List<EventId> heads() {
    return snapshot.heads().stream().map(Snapshot.Head::eventId).toList();
  }

  @Override
  public Event createEvent() {
    var create = state(StateKey.CREATE);
    if (create == null) throw new IllegalStateException(roomId() + " has no create event.");
    return create;
  }

  @Override
  public @Nullable Event state(StateKey key) {
    var event = data.state(snapshot.root(), key);
    return event == null ? null : event.event();
  }

  @Override
  public List<Event> state() {
    return stateMap().events();
  }

  @Override
  public List<Event> stateOfType(String type) {
    var keys = data.memory().store().keysOfType(data.key(), type);
    return data.state(snapshot.root(), keys.keySet()).values().stream()
        .map(RoomEvent::event)
        .toList();
  }

  @Override
  public String membership(UserId userId) {
    var member = state(StateKey.member(userId));
    return member == null ? "leave" : member.membership().orElse("leave");
  }

  @Override
  public Set<ServerName> joinedServers() {
    return snapshot.occupants().servers();
  }

  @Override
  public int joinedCount() {
    return snapshot.occupants().joined();
  }

  @Override
  public int invitedCount() {
    return snapshot.occupants().invited();
  }

  @Override
  public boolean resident() {
    return snapshot.occupants().includes(us);
  }
}
