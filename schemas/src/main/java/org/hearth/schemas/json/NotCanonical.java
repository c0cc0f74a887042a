package org.hearth.schemas.json;

/// A value that canonical JSON cannot express: a fraction, an exponent or an integer beyond 2^53 -
/// 1.
public final class NotCanonical extends Exception {
  private static final long serialVersionUID = 1;

  NotCanonical(String message) {
    super(message);
  }
}
