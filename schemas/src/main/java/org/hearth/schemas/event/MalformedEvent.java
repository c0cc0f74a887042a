package org.hearth.schemas.event;

/// JSON that is no event of the room version. The message names the field, never what it holds.
public final class MalformedEvent extends Exception {
  private static final long serialVersionUID = 1;

  MalformedEvent(String message) {
    super(message);
  }
}
