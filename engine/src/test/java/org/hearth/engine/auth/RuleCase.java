package org.hearth.engine.auth;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.room.RoomVersion;

/// One thing that a rule refuses, beside something close to it that is allowed.
///
/// @param refused makes an event in a fresh public room that the rule refuses
/// @param allowed makes one that no rule refuses
record RuleCase(
    Rule rule, Function<RoomFixture, Verdict> refused, Function<RoomFixture, Verdict> allowed) {

  static RuleCase refuses(
      Rule rule, Function<RoomFixture, Event> refused, Function<RoomFixture, Event> allowed) {
    return new RuleCase(
        rule, room -> room.judge(refused.apply(room)), room -> room.judge(allowed.apply(room)));
  }

  Stream<RoomVersion> versions() {
    return Arrays.stream(RoomVersion.values()).filter(version -> rule.number(version).isPresent());
  }

  @Override
  public String toString() {
    return rule.toString();
  }
}
