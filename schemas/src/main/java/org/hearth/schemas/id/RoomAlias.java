package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A [room alias](https://spec.matrix.org/v1.19/appendices/#room-aliases), `#localpart:server`.
public record RoomAlias(@JsonValue String value) implements Comparable<RoomAlias> {
  public RoomAlias {
    Grammar.require(value, "room alias", problem(value));
  }

  public static RoomAlias of(String localpart, ServerName serverName) {
    return new RoomAlias("#" + localpart + ":" + serverName);
  }

  @JsonCreator
  public static RoomAlias parse(String value) {
    return new RoomAlias(value);
  }

  public static Optional<RoomAlias> tryParse(String value) {
    return problem(value) == null ? Optional.of(new RoomAlias(value)) : Optional.empty();
  }

  public String localpart() {
    return value.substring(1, value.indexOf(':'));
  }

  public ServerName serverName() {
    return new ServerName(value.substring(value.indexOf(':') + 1));
  }

  @Override
  public int compareTo(RoomAlias other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static @Nullable String problem(String value) {
    return Grammar.domainProblem(value, '#');
  }
}
