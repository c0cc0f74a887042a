package org.hearth.engine.room;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.hearth.engine.resolution.UnconflictedState;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.StateKey;

/// What some states agree on: one of them without the keys in which they differ.
final class AgreedState implements UnconflictedState {
  private final RoomData data;
  private final long root;
  private final BitSet differing;
  private int[] events = new int[64];
  private int count;

  /// @param differing key ordinals
  AgreedState(RoomData data, long root, BitSet differing) {
    this.data = data;
    this.root = root;
    this.differing = differing;
    StateTree.forEach(data, root, this::add);
  }

  private void add(int key, int event) {
    if (differing.get(key)) return;
    if (count == events.length) events = Arrays.copyOf(events, 2 * count);
    events[count++] = event;
  }

  @Override
  public int get(StateKey key) {
    int ordinal = data.keyOrdinal(key);
    if (ordinal < 0 || differing.get(ordinal)) return ABSENT;
    int event = StateTree.get(data, root, ordinal);
    return event == 0 ? ABSENT : event;
  }

  @Override
  public void forEach(IntConsumer visitor) {
    for (int i = 0; i < count; i++) visitor.accept(events[i]);
  }

  /// 0 if there is none.
  int largestEvent() {
    return Arrays.stream(events, 0, count).max().orElse(0);
  }
}
