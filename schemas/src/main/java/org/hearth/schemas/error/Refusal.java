package org.hearth.schemas.error;

import java.util.Map;

/// An expected no.
///
/// @param message for people: what is wrong and what to do
/// @param fields further members of the error object, such as `room_version` or `current_version`;
///   usually empty
public record Refusal(ErrorCode code, String message, Map<String, Object> fields) {

  public Refusal {
    fields = Map.copyOf(fields);
  }

  public Refusal(ErrorCode code, String message) {
    this(code, message, Map.of());
  }
}
