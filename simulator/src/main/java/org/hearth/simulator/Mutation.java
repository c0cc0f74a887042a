package org.hearth.simulator;

import org.hearth.engine.room.RoomStore;
import org.hearth.schemas.crypto.VerifyKey;

/// Breaks something on purpose, so that tests can say that the simulator notices. A run that looks
/// for faults has none of it.
interface Mutation {
  Mutation NONE = new Mutation() {};

  /// What the server's engine reads its rooms from.
  default RoomStore rooms(SimulatedServer server, RoomStore real) {
    return real;
  }

  /// Whether the server's disk forces what it says it forced.
  default boolean forces(SimulatedServer server) {
    return true;
  }

  /// How signatures with this key are checked.
  default VerifyKey key(VerifyKey real) {
    return real;
  }
}
