package org.hearth.engine.purge;

import java.util.BitSet;
import java.util.Set;
import java.util.function.Consumer;
import org.hearth.engine.purge.PurgeStore.Place;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// What a purge of history does to each event of a room: it stays, it goes, or it stays as an
/// outlier, out of the timeline, because a state that is kept holds it, an event that is kept was
/// authorised by it, or it redacted an event that is kept.
///
/// Events stay that are as deep as the limit, that are heads, and the youngest of all, so that
/// ordinals are never given twice.
final class KeptHistory {
  private static final int PAGE = 1_000;

  private final PurgeStore store;
  private final RoomKey room;
  private final BitSet staying = new BitSet();
  private final BitSet needed = new BitSet();
  private final BitSet outliers = new BitSet();
  private final BitSet rejected = new BitSet();
  private final BitSet all = new BitSet();

  private KeptHistory(PurgeStore store, RoomKey room) {
    this.store = store;
    this.room = room;
  }

  /// What is to be kept whole.
  ///
  /// @param heads ordinals
  /// @param ours events of this server's users stay; null if they go like others
  record Wanted(long fromDepth, Set<Integer> heads, @Nullable ServerName ours) {

    boolean keeps(Place place, boolean outlier) {
      if (outlier) return false;
      return place.depth() >= fromDepth
          || heads.contains(place.ordinal())
          || ours != null && ours.equals(place.server());
    }
  }

  static KeptHistory of(PurgeStore store, RoomKey room, Wanted wanted) {
    var kept = new KeptHistory(store, room);
    kept.plan(wanted);
    return kept;
  }

  private void plan(Wanted wanted) {
    var marked = new MarkedState();
    eachPlace(
        wanted.ours() != null,
        place -> {
          all.set(place.ordinal());
          boolean outlier = isOutlier(place);
          if (outlier) outliers.set(place.ordinal());
          if (place.standing() == Standing.REJECTED) rejected.set(place.ordinal());
          if (!wanted.keeps(place, outlier)) return;
          staying.set(place.ordinal());
          marked.root(place.stateBefore());
          marked.root(place.stateAfter());
          marked.root(place.roomState());
        });
    if (!all.isEmpty()) needed.set(all.length() - 1);
    needed.or(staying);
    marked.follow(store, room);
    needed.or(marked.events());
    closeUnderRedactionAndAuth();
    needed.and(all);
  }

  static boolean isOutlier(Place place) {
    return place.standing() == Standing.OUTLIER
        || place.standing() == Standing.REJECTED && place.stateBefore() == 0;
  }

  /// What is needed needs its auth events, and the redaction that applies to it. Auth events are
  /// always older, so that one pass from the youngest down finds all of them; redactions may lead
  /// to further ones.
  private void closeUnderRedactionAndAuth() {
    int before;
    do {
      before = needed.cardinality();
      eachPlace(
          false,
          place -> {
            if (needed.get(place.ordinal()) && place.redactedBy() > 0)
              needed.set(place.redactedBy());
          });
      int below = needed.length();
      while (below > 0) {
        var page = store.placesBelow(room, below, PAGE);
        if (page.isEmpty()) break;
        for (var place : page) if (needed.get(place.ordinal())) place.auth().forEach(needed::set);
        below = page.getLast().ordinal();
      }
    } while (needed.cardinality() > before);
  }

  private void eachPlace(boolean withServers, Consumer<Place> visitor) {
    int after = 0;
    while (true) {
      var page = store.places(room, after, PAGE, withServers);
      page.forEach(visitor);
      if (page.size() < PAGE) return;
      after = page.getLast().ordinal();
    }
  }

  /// Ordinals that go.
  BitSet going() {
    var going = (BitSet) all.clone();
    going.andNot(needed);
    return going;
  }

  /// Ordinals that stay, but leave the timeline.
  BitSet leavingTheTimeline() {
    var leaving = (BitSet) needed.clone();
    leaving.andNot(staying);
    leaving.andNot(outliers);
    return leaving;
  }

  /// Whether its place in the DAG was not known when the plan was made.
  boolean isOutlier(int ordinal) {
    return outliers.get(ordinal);
  }

  boolean isRejected(int ordinal) {
    return rejected.get(ordinal);
  }
}
