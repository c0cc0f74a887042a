package org.hearth.engine.expiry;

import com.fasterxml.jackson.databind.JsonNode;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.jspecify.annotations.Nullable;

/// How long events are kept, in milliseconds from their `origin_server_ts`: what a room's
/// `m.room.retention` says, within what this server allows.
///
/// @param enabled false: everything is kept, whatever rooms say
/// @param otherwiseMs for rooms that say nothing
/// @param shortestMs rooms cannot go below
/// @param longestMs rooms cannot go above
public record Lifetimes(boolean enabled, long otherwiseMs, long shortestMs, long longestMs) {
  public static final long FOREVER = Long.MAX_VALUE;

  /// Nothing expires.
  public static final Lifetimes KEPT = new Lifetimes(false, FOREVER, 0, FOREVER);

  public static final StateKey RETENTION = new StateKey("m.room.retention", "");

  /// Whether also rooms expire that say nothing.
  public boolean everywhere() {
    return otherwiseMs != FOREVER;
  }

  /// "If the calculated `max_lifetime` is less than the `min_lifetime` then the `max_lifetime` is
  /// set to be equal to the `min_lifetime`."
  ///
  /// @param policy the room's state event, null if there is none
  public long of(@Nullable Event policy) {
    if (!enabled) return FOREVER;
    if (policy == null) return otherwiseMs;
    long max = lifetime(policy, "max_lifetime", FOREVER);
    long min = lifetime(policy, "min_lifetime", 0);
    return Math.clamp(Math.max(max, min), shortestMs, longestMs);
  }

  private static long lifetime(Event policy, String name, long otherwise) {
    JsonNode value = policy.content().get(name);
    return value == null
            || !value.isIntegralNumber()
            || !value.canConvertToLong()
            || value.longValue() < 0
        ? otherwise
        : value.longValue();
  }
}
