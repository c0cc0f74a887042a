package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A [user ID](https://spec.matrix.org/v1.19/appendices/#user-identifiers), `@localpart:server`.
///
/// Any user ID that was ever good is accepted, since other servers still have such users;
/// `isValidForNew` is the grammar for users that we create.
public record UserId(@JsonValue String value) implements Comparable<UserId> {
  public UserId {
    Grammar.require(value, "user ID", problem(value));
  }

  public static UserId of(String localpart, ServerName serverName) {
    return new UserId("@" + localpart + ":" + serverName);
  }

  @JsonCreator
  public static UserId parse(String value) {
    return new UserId(value);
  }

  public static Optional<UserId> tryParse(String value) {
    return problem(value) == null ? Optional.of(new UserId(value)) : Optional.empty();
  }

  public String localpart() {
    return value.substring(1, value.indexOf(':'));
  }

  public ServerName serverName() {
    return new ServerName(value.substring(value.indexOf(':') + 1));
  }

  /// "The localpart ... MUST NOT be empty, and MUST contain only the characters a-z, 0-9, ., _, =,
  /// -, /, and +."
  public boolean isValidForNew() {
    String localpart = localpart();
    return !localpart.isEmpty() && localpart.chars().allMatch(UserId::isCurrentGrammar);
  }

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static @Nullable String problem(String value) {
    return Grammar.domainProblem(value, '@');
  }

  private static boolean isCurrentGrammar(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "._=-/+".indexOf(c) >= 0;
  }
}
