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

/// A room as of one committed position: immutable, so that everything read from one view fits
/// together. Reading a state event may load it; the state is never loaded whole to read a part of
/// it.
public interface RoomView {

  RoomId roomId();

  RoomRules rules();

  /// Of the last event that is part of this view.
  long position();

  /// The [forward extremities](https://spec.matrix.org/v1.19/server-server-api/#pdus).
  List<EventId> heads();

  Event createEvent();

  @Nullable Event state(StateKey key);

  default @Nullable Event state(String type) {
    return state(new StateKey(type, ""));
  }

  /// All current state events, in no particular order. Large in large rooms.
  List<Event> state();

  /// Current state events of one type, such as all members.
  List<Event> stateOfType(String type);

  /// `join`, `invite`, `leave`, `ban`, `knock`; `leave` if there is no member event.
  String membership(UserId userId);

  /// Servers with at least one joined member.
  Set<ServerName> joinedServers();

  int joinedCount();

  int invitedCount();

  /// Whether this server has a joined member, so that the view is kept up to date by other servers.
  boolean resident();
}
