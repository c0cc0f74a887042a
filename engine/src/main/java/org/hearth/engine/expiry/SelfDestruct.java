package org.hearth.engine.expiry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.hearth.schemas.event.Event;

/// When an event is to be destroyed, as its sender said outside of the ciphertext.
///
/// `m.self_destruct`: "the duration in milliseconds after which the participating servers should
/// redact this event on behalf of the sender, after seeing an explicit read receipt delivered for
/// the message from all users in the room". `m.self_destruct_after`: a time in milliseconds since
/// 1970, after which they should. Both also with the prefix `org.matrix.` instead of `m.`. State
/// events stay, since rooms are made of them.
///
/// @param atMs [#WHEN_READ] until everybody has read it
/// @param afterReadMs how long after that; 0 if a time is given
public record SelfDestruct(long atMs, long afterReadMs) {
  public static final long WHEN_READ = Long.MAX_VALUE;

  /// "An integer in range [0, 2^31 - 1]".
  private static final long MAX_AFTER_READ = Integer.MAX_VALUE;

  public static Optional<SelfDestruct> of(Event event) {
    if (event.isState()) return Optional.empty();
    var at = number(event, "self_destruct_after", WHEN_READ - 1);
    if (at.isPresent()) return Optional.of(new SelfDestruct(at.get(), 0));
    return number(event, "self_destruct", MAX_AFTER_READ)
        .map(after -> new SelfDestruct(WHEN_READ, after));
  }

  private static Optional<Long> number(Event event, String name, long max) {
    JsonNode value = event.content().get("m." + name);
    if (value == null) value = event.content().get("org.matrix." + name);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong())
      return Optional.empty();
    long number = value.longValue();
    return number < 0 || number > max ? Optional.empty() : Optional.of(number);
  }
}
