package org.hearth.engine.auth;

import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.room.RoomVersion;

/// The rules that allow an event, by name, with their numbers as `Rule` has those that refuse.
enum Allowance {
  CREATE("1-10: 1.5, 11: 1.4, 12: 1.5"),
  ALIASES("1-5: 4.3"),
  FIRST_JOIN("1-5: 5.2.1, 6-7: 4.2.1, 8-11: 4.3.1, 12: 5.3.1"),
  INVITED_JOIN("1-5: 5.2.4, 6-7: 4.2.4, 8-11: 4.3.4, 12: 5.3.4"),
  INVITED_JOIN_OF_RESTRICTED_ROOM("8-11: 4.3.5.1, 12: 5.3.5.1"),
  AUTHORISED_JOIN("8-11: 4.3.5.3, 12: 5.3.5.3"),
  PUBLIC_JOIN("1-5: 5.2.5, 6-7: 4.2.5, 8-11: 4.3.6, 12: 5.3.6"),
  THIRD_PARTY_BY_PUBLIC_KEY("1-5: 5.3.1.7.1, 6-7: 4.3.1.7.1, 8-11: 4.4.1.7.1, 12: 5.4.1.7.1"),
  THIRD_PARTY_BY_LISTED_KEY("1-5: 5.3.1.7.2, 6-7: 4.3.1.7.2, 8-11: 4.4.1.7.2, 12: 5.4.1.7.2"),
  INVITE("1-5: 5.3.4, 6-7: 4.3.4, 8-11: 4.4.4, 12: 5.4.4"),
  LEAVING("1-5: 5.4.1, 6-7: 4.4.1, 8-11: 4.5.1, 12: 5.5.1"),
  KICK("1-5: 5.4.4, 6-7: 4.4.4, 8-11: 4.5.4, 12: 5.5.4"),
  BAN("1-5: 5.5.2, 6-7: 4.5.2, 8-11: 4.6.2, 12: 5.6.2"),
  KNOCK("7: 4.6.3, 8-11: 4.7.3, 12: 5.7.3"),
  THIRD_PARTY_INVITE("1-5: 7.1, 6-11: 6.1, 12: 7.1"),
  FIRST_POWER_LEVELS("1-5: 10.2, 6-9: 9.2, 10-11: 9.4, 12: 10.5"),
  POWER_LEVELS("1-5: 10.8, 6-9: 9.8, 10-11: 9.10, 12: 10.11"),
  REDACTION_BY_POWER("1-2: 11.1"),
  REDACTION_BY_SERVER("1-2: 11.2"),
  OTHERWISE("1-2: 12, 3-5: 11, 6-11: 10, 12: 11");

  private final Map<RoomVersion, String> numbers;

  Allowance(String numbers) {
    this.numbers = Rule.numbersOf(numbers);
  }

  Optional<String> number(RoomVersion version) {
    return Optional.ofNullable(numbers.get(version));
  }
}
