package org.hearth.bench;

import java.time.Duration;

/// How much to do.
///
/// @param clients workers in the scenarios with many
/// @param rooms over which they spread
/// @param rate events per second that are due whether or not the server keeps up; 0 lets each
///   client send as soon as its last event was answered
/// @param warmUp working before the measurement begins
/// @param measured how long work is counted
/// @param round numbers measurements of the same rooms, so that no transaction id comes twice
record Plan(int clients, int rooms, int rate, Duration warmUp, Duration measured, int round) {

  Plan inRound(int number) {
    return new Plan(clients, rooms, rate, warmUp, measured, number);
  }

  /// How many accounts all scenarios together need: the readers are others than the senders.
  int accounts() {
    return clients + readers();
  }

  int readers() {
    return Math.min(clients, rooms);
  }
}
