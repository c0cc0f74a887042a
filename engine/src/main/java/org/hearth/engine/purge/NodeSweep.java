package org.hearth.engine.purge;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.hearth.engine.room.RoomKey;

/// Finds a room's state nodes that nothing reaches, by the groups in which they are stored: a group
/// goes when none of its nodes is reached.
///
/// The room goes on meanwhile, so the order matters: first the nodes that exist are noted; then the
/// roots are read of all events, stored or on their way. A node is stored together with an event
/// that refers to it, so each noted node that is in use has its root among them; what is made later
/// is not noted. The youngest group stays, so that numbers are never given twice.
final class NodeSweep {
  private static final int PAGE = 2_000;

  private final PurgeStore store;
  private final RoomKey room;
  private final BitSet unused = new BitSet();
  private int at;

  private NodeSweep(PurgeStore store, RoomKey room) {
    this.store = store;
    this.room = room;
  }

  /// @param inMemory roots that the room's writer holds: of its snapshots, and of events that are
  ///   not durable yet
  static NodeSweep of(PurgeStore store, RoomKey room, Supplier<Collection<Long>> inMemory) {
    var sweep = new NodeSweep(store, room);
    sweep.note();
    var marked = new MarkedState();
    // What is on its way becomes stored meanwhile, never the other way round.
    inMemory.get().forEach(marked::root);
    sweep.storedRoots(marked);
    marked.follow(store, room);
    sweep.unused.stream().filter(marked::reachesGroup).forEach(sweep.unused::clear);
    return sweep;
  }

  private void note() {
    long after = 0;
    while (true) {
      var page = store.nodeGroups(room, after, PAGE);
      for (long group : page) unused.set(MarkedState.bit(group));
      if (page.size() < PAGE) break;
      after = page.getLast();
    }
    if (!unused.isEmpty()) unused.clear(unused.length() - 1);
  }

  private void storedRoots(MarkedState marked) {
    int after = 0;
    while (true) {
      var page = store.places(room, after, PAGE, false);
      for (var place : page) {
        marked.root(place.stateBefore());
        marked.root(place.stateAfter());
        marked.root(place.roomState());
      }
      if (page.size() < PAGE) return;
      after = page.getLast().ordinal();
    }
  }

  /// The next ones to remove; empty at the end.
  List<Long> next(int limit) {
    var next = new ArrayList<Long>();
    for (at = unused.nextSetBit(at); at >= 0 && next.size() < limit; at = unused.nextSetBit(at + 1))
      next.add((long) at);
    if (at < 0) at = unused.length();
    return next;
  }
}
