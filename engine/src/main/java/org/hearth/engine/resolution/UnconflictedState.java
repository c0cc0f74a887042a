package org.hearth.engine.resolution;

import java.util.function.IntConsumer;
import org.hearth.schemas.event.StateKey;

/// The *unconflicted state map*: what all states agree on, as ordinals of an [EventGraph]. It may
/// be as large as the room, so that it is asked and never copied.
public interface UnconflictedState {
  int ABSENT = -1;

  /// The event of a key; [#ABSENT] if the states differ in it or none has it.
  int get(StateKey key);

  /// Each event once, in any order.
  void forEach(IntConsumer visitor);
}
