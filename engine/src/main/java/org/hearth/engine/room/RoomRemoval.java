package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.hearth.schemas.id.RoomId;

/// What rooms in memory have to know when parts of them, or all, are taken out of storage.
public final class RoomRemoval {
  private final RoomWriters writers;

  RoomRemoval(RoomWriters writers) {
    this.writers = writers;
  }

  /// Nobody here may enter the room, or may again: an administrator's word.
  public void block(RoomId room, boolean blocked) {
    writers.block(room, blocked);
  }

  /// The same for as long as a removal takes.
  public void shut(RoomId room, boolean shut) {
    writers.shut(room, shut);
  }

  /// The room is not there any more, for anybody, until [#open]. False if something of it is still
  /// on its way to the disk: ask again.
  public boolean close(RoomId room) {
    return writers.close(room);
  }

  /// The room may begin anew.
  public void open(RoomId room) {
    writers.open(room);
  }

  /// Everything that caches hold of a room whose rows go.
  public void forget(long roomNumber) {
    writers.memory().removed(roomNumber);
  }

  /// Events of the room were removed, or moved out of the timeline: caches forget the room's
  /// events, and whoever judged an event upon one of them, and has not appended it yet, begins
  /// again.
  public void removed(RoomKey room) {
    writers.memory().removed(room.number());
  }

  /// Ordinals of the forward extremities, durable ones and those of what is on its way.
  public Collection<Integer> heads(RoomKey room) {
    var heads = new TreeSet<Integer>();
    writers
        .get(room.id())
        .ifPresent(
            writer -> {
              for (var snapshot : List.of(writer.tentative(), writer.committed()))
                snapshot.heads().forEach(head -> heads.add(head.ordinal()));
            });
    return heads;
  }

  /// Roots of states that the room holds in memory: of its snapshots, and of events that are not
  /// durable yet.
  public Collection<Long> rootsInMemory(RoomKey room) {
    var roots = new TreeSet<Long>();
    writers
        .get(room.id())
        .ifPresent(
            writer -> {
              for (var snapshot : List.of(writer.tentative(), writer.committed())) {
                roots.add(snapshot.root());
                snapshot.heads().forEach(head -> roots.add(head.stateAfter()));
              }
              roots.addAll(writer.data().pendingRoots());
            });
    return roots;
  }
}
