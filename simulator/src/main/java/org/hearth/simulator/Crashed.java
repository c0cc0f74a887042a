package org.hearth.simulator;

/// The server of this activity has crashed: nothing of it goes on.
final class Crashed extends Error {
  private static final long serialVersionUID = 1L;

  Crashed() {
    super("The server crashed.", null, false, false);
  }
}
