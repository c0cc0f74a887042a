package org.hearth.engine.resolution;

import java.util.BitSet;
import org.hearth.schemas.event.Event;

/// The events of one room that a resolution may need: those in the states, and their auth chains.
/// Each has an ordinal, and **an event's `auth_events` have lower ordinals than the event**, so
/// that walks need no stack and sets are bit sets. Ordinals are small and dense; they say nothing
/// else, and results do not depend on them.
public interface EventGraph {
  /// One more than the largest ordinal.
  int size();

  /// The event's `auth_events`, without those that are not at hand. Not to be changed.
  int[] authEvents(int ordinal);

  Event event(int ordinal);

  /// Whether the event was rejected when judged by its own `auth_events`. (Whether it was by the
  /// state before it is of no interest here.)
  boolean isRejected(int ordinal);

  /// Says that these events will be looked into, so that a graph that has to load them can do it at
  /// once.
  default void expect(BitSet ordinals) {}

  /// The room's create event, which need not be in anybody's `auth_events`.
  Event create();
}
