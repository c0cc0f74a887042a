package org.hearth.engine.room;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.hearth.engine.room.TimelineStore.Place;
import org.hearth.engine.sync.SyncToken;
import org.jspecify.annotations.Nullable;

/// What the tokens of [pagination](https://spec.matrix.org/v1.19/client-server-api/#pagination)
/// stand for. Every endpoint that pages through a room's events takes them all: of its own pages,
/// of other endpoints', and of /sync.
///
/// A token `t_DEPTH_ORDINAL` is the gap just before that event in topological order, so that both
/// directions can start from it. One that /sync gave as `prev_batch` has the position of that
/// answer behind it (clients ask for the members at that moment), and the position before which its
/// timeline began: what came later is in that timeline, or in a later one, however far up in the
/// graph it hangs, so that pages backwards leave it out. Their own tokens,
/// `t_DEPTH_ORDINAL__POSITION`, carry that on.
final class PageTokens {
  /// How many events are read beyond those that are wanted.
  static final int LATE = 20;

  private static final Pattern TOKEN =
      Pattern.compile("t_(-?\\d{1,19})_(\\d{1,10})(?:_(\\d{0,19})(?:_(\\d{1,19}))?)?");

  /// The position behind everything: nothing is left out.
  static final long ALL = Long.MAX_VALUE;

  private final TimelineStore store;

  PageTokens(TimelineStore store) {
    this.store = store;
  }

  static Place before(RoomEvent event) {
    return new Place(event.event().depth(), event.ordinal());
  }

  static Place after(RoomEvent event) {
    return new Place(event.event().depth(), event.ordinal() + 1);
  }

  static String token(Place place) {
    return "t_" + place.depth() + "_" + place.ordinal();
  }

  /// @param answered the position of the answer of /sync
  /// @param begins the position before which its timeline begins
  static String prevBatch(Place place, long answered, long begins) {
    return token(place) + "_" + answered + "_" + begins;
  }

  /// @param upTo the position behind which events are left out
  static String page(Place place, long upTo) {
    return upTo == ALL ? token(place) : token(place) + "__" + upTo;
  }

  /// The position behind which pages backwards from a token leave events out.
  static long upTo(String token) {
    var match = TOKEN.matcher(token);
    try {
      if (match.matches()) return match.group(4) == null ? ALL : Long.parseLong(match.group(4));
    } catch (NumberFormatException e) {
      return ALL;
    }
    return SyncToken.parse(token).map(SyncToken::position).orElse(ALL);
  }

  /// Empty if it is no such token.
  Optional<Place> place(RoomData data, String token) {
    var match = TOKEN.matcher(token);
    try {
      if (match.matches())
        return Optional.of(
            new Place(Long.parseLong(match.group(1)), Integer.parseInt(match.group(2))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return SyncToken.parse(token).map(sync -> placeAt(data, sync.position()));
  }

  /// Behind everything that was there at a position, also behind deep events that came before
  /// shallow ones.
  Place placeAt(RoomData data, long position) {
    var recent = data.recent();
    var known = recent.deepestAt(position);
    if (known.isPresent()) return known.get();
    long from = recent.from();
    if (position < from) return deepest(data, position);
    recent.deepestAtBeginning(from, deepest(data, from));
    return recent.deepestAt(position).orElseGet(() -> deepest(data, position));
  }

  private Place deepest(RoomData data, long position) {
    return store
        .deepest(data.key(), position)
        .map(deepest -> new Place(deepest.depth(), deepest.ordinal() + 1))
        .orElse(Place.OLDEST);
  }

  /// The position in the server's stream that a token stands for; empty if it is none, or lies
  /// before everything this server has.
  ///
  /// @param data null if the room is not known
  OptionalLong position(@Nullable RoomData data, String token) {
    var sync = SyncToken.parse(token);
    if (sync.isPresent()) return OptionalLong.of(sync.get().position());
    if (data == null) return OptionalLong.empty();
    var match = TOKEN.matcher(token);
    try {
      if (match.matches() && match.group(3) != null && !match.group(3).isEmpty())
        return OptionalLong.of(Long.parseLong(match.group(3)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
    // History that came later has no position; the next older event that has one stands for it.
    return place(data, token).stream()
        .flatMap(
            place -> store.byDepth(data.key(), place, Timeline.Direction.BACKWARDS, LATE).stream())
        .mapToLong(RoomEvent::position)
        .filter(position -> position > 0)
        .findFirst();
  }

  /// The lowest ordinal of what arrived after the place that a token stands for: for lists in the
  /// order of arrival. Empty if it is no such token.
  Optional<Integer> arrival(RoomData data, String token) {
    return place(data, token)
        .map(
            place ->
                store.byDepth(data.key(), place, Timeline.Direction.BACKWARDS, LATE).stream()
                    .mapToInt(event -> event.ordinal() + 1)
                    .max()
                    .orElse(0));
  }
}
