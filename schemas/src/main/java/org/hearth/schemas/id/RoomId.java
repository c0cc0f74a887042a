package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A [room ID](https://spec.matrix.org/v1.19/appendices/#room-ids): `!opaque:server`, or from room
/// version 12 on `!` and the reference hash of the create event. It is opaque: its server, if it
/// names one, need not be in the room.
public record RoomId(@JsonValue String value) implements Comparable<RoomId> {
  public RoomId {
    Grammar.require(value, "room ID", problem(value));
  }

  @JsonCreator
  public static RoomId parse(String value) {
    return new RoomId(value);
  }

  public static Optional<RoomId> tryParse(String value) {
    return problem(value) == null ? Optional.of(new RoomId(value)) : Optional.empty();
  }

  /// The room that the create event with this ID makes, in room versions whose rooms are named
  /// after it.
  public static RoomId ofCreateEvent(EventId create) {
    return new RoomId("!" + create.value().substring(1));
  }

  /// Empty for the IDs of room version 12 and later, which have no domain.
  public Optional<ServerName> serverName() {
    int colon = value.indexOf(':');
    return colon < 0 ? Optional.empty() : ServerName.tryParse(value.substring(colon + 1));
  }

  @Override
  public int compareTo(RoomId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static @Nullable String problem(String value) {
    String common = Grammar.commonProblem(value, '!');
    if (common != null) return common;
    if (value.length() == 1) return "it is empty";
    int colon = value.indexOf(':');
    return colon < 0 ? null : ServerName.problem(value.substring(colon + 1));
  }
}
