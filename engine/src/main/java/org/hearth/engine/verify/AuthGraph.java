package org.hearth.engine.verify;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.resolution.EventGraph;
import org.hearth.engine.room.RoomStore.EventLink;
import org.hearth.schemas.event.Event;

/// The stored auth graph, for one resolution: links are read in windows of ordinals, events when
/// they are looked into.
final class AuthGraph implements EventGraph {
  private static final int WINDOW = 1024;
  private static final int[] NONE = {};

  /// How many events are loaded ahead.
  private static final int EXPECTED = 2_000;

  private final Reading reading;
  private final Event create;
  private final int size;
  private final Map<Integer, EventLink> links = new HashMap<>();
  private final Map<Integer, Boolean> windows = new HashMap<>();

  /// @param largest the largest ordinal that will be asked for
  AuthGraph(Reading reading, Event create, int largest) {
    this.reading = reading;
    this.create = create;
    this.size = largest + 1;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] authEvents(int ordinal) {
    // A damaged list may name what does not exist, or what is younger.
    var auth =
        link(ordinal).auth().stream()
            .filter(event -> event > 0 && event < ordinal && exists(event))
            .mapToInt(Integer::intValue)
            .toArray();
    return auth.length == 0 ? NONE : auth;
  }

  @Override
  public Event event(int ordinal) {
    return reading
        .at(ordinal)
        .flatMap(stored -> Optional.ofNullable(stored.event()))
        .orElseThrow(
            () -> new IllegalStateException("event number " + ordinal + " cannot be read"));
  }

  @Override
  public void expect(BitSet ordinals) {
    var portion = ordinals.stream().limit(EXPECTED).boxed().toList();
    reading.at(portion);
  }

  @Override
  public boolean isRejected(int ordinal) {
    return link(ordinal).rejected();
  }

  @Override
  public Event create() {
    return create;
  }

  private boolean exists(int ordinal) {
    load(ordinal / WINDOW);
    return links.containsKey(ordinal);
  }

  private EventLink link(int ordinal) {
    load(ordinal / WINDOW);
    var link = links.get(ordinal);
    return link != null ? link : new EventLink(ordinal, List.of(), true);
  }

  private void load(int window) {
    if (windows.put(window, true) != null) return;
    var store = reading.store();
    for (var link : store.links(reading.room(), window * WINDOW, (window + 1) * WINDOW))
      links.put(link.ordinal(), link);
  }
}
