package org.hearth.engine.auth;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.room.RoomVersion;

/// One thing that a rule allows, beside something that lacks just what the rule asks, so that a
/// later rule refuses it.
///
/// @param allowed makes an event in a fresh public room
/// @param refused makes the one that lacks something
/// @param next the rule that refuses it
record AllowCase(
    Allowance allowance,
    Function<RoomFixture, Verdict> allowed,
    Function<RoomFixture, Verdict> refused,
    Rule next) {

  static AllowCase allows(
      Allowance allowance,
      Function<RoomFixture, Event> allowed,
      Function<RoomFixture, Event> refused,
      Rule next) {
    return new AllowCase(
        allowance,
        room -> room.judge(allowed.apply(room)),
        room -> room.judge(refused.apply(room)),
        next);
  }

  Stream<RoomVersion> versions() {
    return Arrays.stream(RoomVersion.values())
        .filter(version -> allowance.number(version).isPresent());
  }

  @Override
  public String toString() {
    return allowance.toString();
  }
}
