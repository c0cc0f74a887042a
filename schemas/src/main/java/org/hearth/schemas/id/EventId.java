package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An [event ID](https://spec.matrix.org/v1.19/appendices/#event-ids): `$opaque:server` in room
/// versions 1 and 2, else `$` and the event's reference hash.
public record EventId(@JsonValue String value) implements Comparable<EventId> {
  public EventId {
    Grammar.require(value, "event ID", problem(value));
  }

  @JsonCreator
  public static EventId parse(String value) {
    return new EventId(value);
  }

  public static Optional<EventId> tryParse(String value) {
    return problem(value) == null ? Optional.of(new EventId(value)) : Optional.empty();
  }

  /// The server that made the event, where the ID names it (room versions 1 and 2).
  public Optional<ServerName> serverName() {
    int colon = value.indexOf(':');
    return colon < 0 ? Optional.empty() : ServerName.tryParse(value.substring(colon + 1));
  }

  @Override
  public int compareTo(EventId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static @Nullable String problem(String value) {
    String common = Grammar.commonProblem(value, '$');
    if (common != null) return common;
    return value.length() == 1 ? "it is empty" : null;
  }
}
