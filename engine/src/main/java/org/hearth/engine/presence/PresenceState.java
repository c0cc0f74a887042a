package org.hearth.engine.presence;

import java.util.Locale;
import java.util.Optional;

/// "User's presence state is represented by the `presence` key"; a later one counts for more where
/// a user has several devices.
public enum PresenceState {
  OFFLINE,
  UNAVAILABLE,
  ONLINE;

  /// As it is written in the protocol.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Empty for anything that the specification does not name.
  public static Optional<PresenceState> parse(String text) {
    return switch (text) {
      case "offline" -> Optional.of(OFFLINE);
      case "unavailable" -> Optional.of(UNAVAILABLE);
      case "online" -> Optional.of(ONLINE);
      default -> Optional.empty();
    };
  }
}
