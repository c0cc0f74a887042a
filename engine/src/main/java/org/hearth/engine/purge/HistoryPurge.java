package org.hearth.engine.purge;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import org.hearth.engine.purge.Purge.Kind;
import org.hearth.engine.purge.Purge.Status;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.RoomRemoval;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// Takes old events out of one room, then what followed from them, then the state that nothing
/// reaches any more. Each call of [#next] gives the changes of one bounded portion.
///
/// After a restart it begins its phase again: what is gone is gone, and the rest is found as
/// before.
final class HistoryPurge {
  private static final int EVENTS = 250;
  private static final int EDGES = 200;
  private static final int ROWS = 500;
  private static final int NODES = 500;

  private final PurgeStore store;
  private final RoomRemoval removal;
  private final RoomKey room;
  private final ServerName us;

  private @Nullable KeptHistory kept;
  private BitSet going = new BitSet();
  private BitSet leaving = new BitSet();
  private int edgesAfter;
  private @Nullable NodeSweep sweep;

  HistoryPurge(PurgeStore store, RoomRemoval removal, RoomKey room, ServerName us) {
    this.store = store;
    this.removal = removal;
    this.room = room;
    this.us = us;
  }

  /// What to write next, and the purge as it is then.
  record Portion(Purge purge, List<Change> changes) {}

  Portion next(Purge purge) {
    return switch (purge.status()) {
      case REMOVING -> events(purge);
      case MARKING_GAPS -> gaps(purge);
      case REMOVING_REST -> rest(purge);
      case SWEEPING_STATE -> nodes(purge);
      case LEAVING, TELLING_OTHERS, COMPLETE, FAILED ->
          throw new IllegalStateException("A purge of history is never " + purge.status());
    };
  }

  private Portion events(Purge purge) {
    if (kept == null) {
      var ours = purge.kind() == Kind.HISTORY_OF_OTHERS ? us : null;
      var heads = new HashSet<>(removal.heads(room));
      kept = KeptHistory.of(store, room, new KeptHistory.Wanted(purge.beforeDepth(), heads, ours));
      going = kept.going();
      leaving = kept.leavingTheTimeline();
    }
    var plan = kept;
    var gone = take(going, EVENTS);
    if (!gone.isEmpty()) {
      var outliers = gone.stream().filter(plan::isOutlier).toList();
      var placed = gone.stream().filter(ordinal -> !plan.isOutlier(ordinal)).toList();
      return new Portion(
          purge.removed(gone.size()),
          List.of(new PurgeChange.RemoveEvents(room, placed, outliers)));
    }
    var left = take(leaving, EVENTS);
    if (!left.isEmpty()) {
      var rejected = left.stream().filter(plan::isRejected).toList();
      return new Portion(purge, List.of(new PurgeChange.MakeOutliers(room, left, rejected)));
    }
    // From here on nobody builds on what is gone.
    removal.removed(room);
    return new Portion(purge.at(Status.MARKING_GAPS), List.of());
  }

  private static List<Integer> take(BitSet set, int limit) {
    var taken = new ArrayList<Integer>();
    for (int i = set.nextSetBit(0); i >= 0 && taken.size() < limit; i = set.nextSetBit(i + 1))
      taken.add(i);
    taken.forEach(set::clear);
    return taken;
  }

  private Portion gaps(Purge purge) {
    var page = store.edges(room, edgesAfter, EDGES);
    if (page.isEmpty()) return new Portion(purge.at(Status.REMOVING_REST), List.of());
    edgesAfter = page.getLast().ordinal();
    var named = new HashSet<EventId>();
    for (var edges : page) named.addAll(edges.previous());
    named.removeAll(store.placed(room, named));
    var changes = new ArrayList<Change>();
    for (var edges : page)
      for (var id : edges.previous())
        if (named.contains(id))
          changes.add(new PurgeChange.MarkPurged(room, id, edges.ordinal(), edges.depth()));
    return new Portion(purge, changes);
  }

  private Portion rest(Purge purge) {
    var rows = store.danglingRows(room, ROWS);
    return rows.keys().isEmpty()
        ? new Portion(purge.at(Status.SWEEPING_STATE), List.of())
        : new Portion(
            purge.removed(rows.keys().size()),
            List.of(new PurgeChange.RemoveRows(rows.table(), rows.keys())));
  }

  private Portion nodes(Purge purge) {
    if (sweep == null) {
      // Whoever began to judge an event upon what is gone begins again.
      removal.removed(room);
      sweep = NodeSweep.of(store, room, () -> removal.rootsInMemory(room));
    }
    var unused = sweep.next(NODES);
    return unused.isEmpty()
        ? new Portion(purge.at(Status.COMPLETE), List.of())
        : new Portion(
            purge.removed(unused.size()), List.of(new PurgeChange.RemoveNodes(room, unused)));
  }
}
