package org.hearth.schemas.error;

import java.util.function.Function;

/// What became of a request: a value, or an expected refusal. Switched without `default`;
/// exceptions are for bugs and broken I/O.
public sealed interface Outcome<T> {

  record Done<T>(T value) implements Outcome<T> {}

  record Refused<T>(Refusal refusal) implements Outcome<T> {}

  static <T> Outcome<T> done(T value) {
    return new Done<>(value);
  }

  /// Done, and there is nothing more to say.
  @SuppressWarnings("NullAway") // `Void` has no values, so nobody can be surprised by this one.
  static Outcome<Void> nothing() {
    return new Done<>(null);
  }

  static <T> Outcome<T> refused(ErrorCode code, String message) {
    return new Refused<>(new Refusal(code, message));
  }

  static <T> Outcome<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }

  static <T> Outcome<T> forbidden(String message) {
    return refused(ErrorCode.M_FORBIDDEN, message);
  }

  static <T> Outcome<T> notFound(String message) {
    return refused(ErrorCode.M_NOT_FOUND, message);
  }

  default <R> Outcome<R> map(Function<? super T, ? extends R> function) {
    return switch (this) {
      case Done<T>(var value) -> done(function.apply(value));
      case Refused<T>(var refusal) -> refused(refusal);
    };
  }

  /// The same fate without the value.
  default Outcome<Void> withoutValue() {
    return switch (this) {
      case Done<T> _ -> nothing();
      case Refused<T>(var refusal) -> refused(refusal);
    };
  }

  default <R> Outcome<R> then(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Done<T>(var value) -> next.apply(value);
      case Refused<T>(var refusal) -> refused(refusal);
    };
  }
}
