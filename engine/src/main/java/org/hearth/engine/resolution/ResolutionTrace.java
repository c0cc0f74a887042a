package org.hearth.engine.resolution;

import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.event.Event;

/// Hears what a resolution does, for people who ask why an event won. It changes nothing.
public interface ResolutionTrace {
  ResolutionTrace NONE = (_, _, _) -> {};

  /// The steps at which an event may enter the resolved state.
  enum Step {
    /// Version 1, where only one state has the key: "a conflict occurs between states where those
    /// states have different `event_ids` for the same" key.
    WITHOUT_RIVAL("no rival: only one event has this key"),
    /// Version 1: the oldest candidate begins, unasked.
    OLDEST("version 1: the oldest candidate begins"),
    /// Version 1: "for each subsequent event in the list".
    NEXT_OLDEST("version 1: the next candidate by depth, then SHA-1 of the event id"),
    /// Version 1: "the event with the highest depth and lowest sha1(event_id)".
    DEEPEST("version 1: candidates from the greatest depth down"),
    /// Versions 2 and 2.1: "apply the iterative auth checks algorithm" to the power events.
    POWER_EVENTS("step 2: power events in reverse topological power order"),
    /// Versions 2 and 2.1: the same for "all remaining events".
    MAINLINE("step 4: the remaining events in mainline order");

    private final String sentence;

    Step(String sentence) {
      this.sentence = sentence;
    }

    /// For people.
    public String sentence() {
      return sentence;
    }
  }

  /// An event is offered to the state, in the order of the calls. An allowed one takes its place
  /// there, until a later one of the same key is allowed too.
  void offered(Step step, Event event, Verdict verdict);
}
