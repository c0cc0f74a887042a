package org.hearth.e2ee.policy;

/// What the policy says to something that a local user wants to send.
public sealed interface Verdict {

  record Allowed() implements Verdict {}

  /// @param why a sentence for the person: why, and what to do
  record Refused(String why) implements Verdict {}

  static Verdict allow() {
    return new Allowed();
  }

  static Verdict refuse(String why) {
    return new Refused(why);
  }
}
