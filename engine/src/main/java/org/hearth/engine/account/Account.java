package org.hearth.engine.account;

import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// A local account as it is stored.
///
/// @param passwordHash what [Passwords] made; null if nobody can log in by password
/// @param createdMs when it was made, in milliseconds since 1970
public record Account(
    UserId userId,
    @Nullable String passwordHash,
    boolean administrator,
    boolean deactivated,
    boolean locked,
    boolean suspended,
    long createdMs) {

  /// Hashes stay out of logs.
  @Override
  public String toString() {
    return "Account[" + userId + "]";
  }
}
