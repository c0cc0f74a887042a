/// The state of a room as a persistent radix vector: state-key ordinals to event ordinals.
///
/// Start reading at [StateTree]. Nodes are immutable and shared between states, so that an event's
/// state is one number, and two states are compared by descending only where they differ.
@NullMarked
package org.hearth.engine.room.state;

import org.jspecify.annotations.NullMarked;
