package org.hearth.engine.account;

import java.util.Locale;
import java.util.Optional;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// From what people type to user IDs of this server.
final class UserNames {
  private final ServerName serverName;

  UserNames(ServerName serverName) {
    this.serverName = serverName;
  }

  /// A name for a new account: `M_INVALID_USERNAME` unless it keeps to the grammar for new users.
  /// People type capitals; they become small letters, here as at login.
  Outcome<UserId> forNew(String typed) {
    String localpart = typed.toLowerCase(Locale.ROOT);
    Optional<UserId> userId =
        UserId.tryParse("@" + localpart + ":" + serverName).filter(UserId::isValidForNew);
    // A colon in the name would end the localpart early.
    if (userId.isEmpty() || !userId.get().localpart().equals(localpart)) {
      return Outcome.refused(
          ErrorCode.M_INVALID_USERNAME,
          "A user name is made of a-z, 0-9 and . _ = - / +, and not too long");
    }
    return Outcome.done(userId.get());
  }

  /// "the user's Matrix ID or the localpart": empty for users of other servers and nonsense.
  Optional<UserId> existing(String typed) {
    String name = typed.strip();
    Optional<UserId> userId =
        name.startsWith("@")
            ? UserId.tryParse(name)
            : UserId.tryParse("@" + name + ":" + serverName);
    return userId
        .filter(id -> id.serverName().equals(serverName))
        .map(id -> id.isValidForNew() ? id : lowerCase(id));
  }

  /// People type capitals; no new account has any.
  private static UserId lowerCase(UserId id) {
    return UserId.tryParse("@" + id.localpart().toLowerCase(Locale.ROOT) + ":" + id.serverName())
        .orElse(id);
  }
}
