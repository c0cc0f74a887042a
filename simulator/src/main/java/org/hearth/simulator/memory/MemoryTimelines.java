package org.hearth.simulator.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.Timeline.Direction;
import org.hearth.engine.room.TimelineStore;
import org.hearth.schemas.id.EventId;

/// Pages of a room's accepted events.
record MemoryTimelines(MemoryRooms rows) implements TimelineStore {
  private static final Comparator<RoomEvent> BY_PLACE =
      Comparator.comparing(MemoryTimelines::place);
  private static final Comparator<RoomEvent> BY_TIME =
      Comparator.<RoomEvent>comparingLong(event -> event.event().originServerTs())
          .thenComparingInt(RoomEvent::ordinal);

  private static Place place(RoomEvent event) {
    return new Place(event.event().depth(), event.ordinal());
  }

  private List<RoomEvent> page(
      RoomKey room,
      Predicate<RoomEvent> wanted,
      Comparator<RoomEvent> order,
      Direction direction,
      int limit) {
    return rows.read(
        () ->
            rows.rows(room).events.values().stream()
                .filter(event -> event.standing() == Standing.ACCEPTED)
                .filter(wanted)
                .sorted(direction == Direction.BACKWARDS ? order.reversed() : order)
                .limit(limit)
                .toList());
  }

  @Override
  public List<RoomEvent> byPosition(RoomKey room, long after, long upTo, int limit) {
    return page(
        room,
        event -> event.position() > after && event.position() <= upTo,
        Comparator.comparingLong(RoomEvent::position),
        Direction.BACKWARDS,
        limit);
  }

  @Override
  public Optional<Place> deepest(RoomKey room, long upTo) {
    return page(
            room,
            event -> event.position() > 0 && event.position() <= upTo,
            BY_PLACE,
            Direction.BACKWARDS,
            1)
        .stream()
        .findFirst()
        .map(MemoryTimelines::place);
  }

  @Override
  public List<RoomEvent> byDepth(RoomKey room, Place from, Direction direction, int limit) {
    return page(
        room,
        event ->
            direction == Direction.BACKWARDS
                ? place(event).compareTo(from) < 0
                : place(event).compareTo(from) >= 0,
        BY_PLACE,
        direction,
        limit);
  }

  @Override
  public List<RoomEvent> byTime(RoomKey room, long timeMs, Direction direction, int limit) {
    return page(
        room,
        event ->
            direction == Direction.BACKWARDS
                ? event.event().originServerTs() <= timeMs
                : event.event().originServerTs() >= timeMs,
        BY_TIME,
        direction,
        limit);
  }

  private record Deep(long depth, Gap gap) {}

  @Override
  public List<Gap> gaps(RoomKey room, long minDepth, int limit) {
    return rows.read(
        () -> {
          var found = new ArrayList<Deep>();
          rows.rows(room)
              .gaps
              .forEach(
                  (id, depths) ->
                      depths.forEach(
                          (ordinal, depth) -> {
                            if (depth >= minDepth) found.add(new Deep(depth, new Gap(id, ordinal)));
                          }));
          return found.stream()
              .sorted(
                  Comparator.comparingLong(Deep::depth)
                      .reversed()
                      .thenComparing(deep -> deep.gap().missing())
                      .thenComparing(deep -> deep.gap().namedBy()))
              .limit(limit)
              .map(Deep::gap)
              .toList();
        });
  }

  private Stream<Related> related(RoomKey room, EventId target) {
    return rows.rows(room).relations.getOrDefault(target, new TreeMap<>()).entrySet().stream()
        .map(relation -> new Related(target, relation.getKey(), relation.getValue()));
  }

  @Override
  public List<Related> relations(RoomKey room, Collection<EventId> targets, int limit) {
    return rows.read(
        () ->
            targets.stream()
                .flatMap(target -> related(room, target))
                .limit(limit)
                .sorted(Comparator.comparingInt(Related::ordinal))
                .toList());
  }

  @Override
  public List<Related> latestRelations(RoomKey room, String type, int before, int limit) {
    return rows.read(
        () ->
            rows.rows(room).relations.keySet().stream()
                .flatMap(
                    target ->
                        related(room, target)
                            .filter(relation -> relation.type().equals(type))
                            .reduce((_, later) -> later)
                            .stream())
                .filter(latest -> latest.ordinal() < before)
                .sorted(Comparator.comparingInt(Related::ordinal).reversed())
                .limit(limit)
                .toList());
  }
}
