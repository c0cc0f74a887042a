package org.hearth.engine.auth;

/// What the authorisation rules say about an event.
public sealed interface Verdict {
  /// The event is allowed.
  record Allow() implements Verdict {}

  /// @param rule which rule refuses the event
  /// @param why a sentence for a person
  record Reject(Rule rule, String why) implements Verdict {}

  static Verdict allow() {
    return new Allow();
  }

  static Verdict reject(Rule rule) {
    return new Reject(rule, rule.sentence());
  }

  default boolean isAllowed() {
    return this instanceof Allow;
  }
}
