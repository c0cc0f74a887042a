package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hearth.engine.resolution.EventGraph;
import org.hearth.schemas.event.Event;
import org.jspecify.annotations.Nullable;

/// A room's auth graph: edges from the windows in memory, and events that are loaded when a
/// resolution looks into them. Lives for one resolution or one walk.
final class RoomGraph implements EventGraph {
  private static final int[] NONE = {};

  /// How many events are loaded at a time.
  private static final int PORTION = 500;

  private final RoomData data;
  private final Event create;
  private final int size;
  private final @Nullable AuthWindow[] windows;
  private final Map<Integer, Event> events = new HashMap<>();

  /// @param largest the largest ordinal that will be asked for
  RoomGraph(RoomData data, Event create, int largest) {
    this.data = data;
    this.create = create;
    this.size = largest + 1;
    this.windows = new @Nullable AuthWindow[AuthWindow.of(largest) + 1];
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] authEvents(int ordinal) {
    int[] known = window(ordinal).authEvents(ordinal);
    if (known != null) return known;
    var auth = data.event(ordinal).authOrdinals();
    return auth.isEmpty() ? NONE : auth.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public boolean isRejected(int ordinal) {
    var window = window(ordinal);
    return window.authEvents(ordinal) == null
        ? data.event(ordinal).isRejected()
        : window.isRejected(ordinal);
  }

  private AuthWindow window(int ordinal) {
    int index = AuthWindow.of(ordinal);
    var known = windows[index];
    if (known != null) return known;
    var window = data.memory().window(data.key(), index);
    windows[index] = window;
    return window;
  }

  @Override
  public Event event(int ordinal) {
    return events.computeIfAbsent(ordinal, absent -> data.event(absent).event());
  }

  @Override
  public void expect(BitSet ordinals) {
    var portion = new ArrayList<Integer>(PORTION);
    for (int event = ordinals.nextSetBit(0); event >= 0; event = ordinals.nextSetBit(event + 1)) {
      portion.add(event);
      if (portion.size() == PORTION) load(portion);
    }
    load(portion);
  }

  private void load(Collection<Integer> portion) {
    data.events(portion).forEach((ordinal, event) -> events.put(ordinal, event.event()));
    portion.clear();
  }

  @Override
  public Event create() {
    return create;
  }

  /// The events and everything that their `auth_events` lead to.
  BitSet closure(Collection<Integer> starts) {
    var closed = new BitSet();
    starts.forEach(closed::set);
    for (int at = closed.length() - 1; at >= 0; at = closed.previousSetBit(at - 1))
      Arrays.stream(authEvents(at)).forEach(closed::set);
    return closed;
  }
}
