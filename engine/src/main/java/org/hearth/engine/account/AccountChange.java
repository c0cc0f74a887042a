package org.hearth.engine.account;

import java.util.List;
import java.util.Set;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What becomes of accounts, devices and tokens.
public sealed interface AccountChange extends Change {

  /// The account it is about.
  UserId userId();

  /// A new account; refused if the user ID exists.
  record Created(Account account) implements AccountChange {
    @Override
    public UserId userId() {
      return account.userId();
    }
  }

  /// A new password.
  ///
  /// @param passwordHash what [Passwords] made
  record PasswordSet(UserId userId, String passwordHash) implements AccountChange {
    @Override
    public String toString() {
      return "PasswordSet[" + userId + "]";
    }
  }

  /// The account's flags, all at once.
  record FlagsSet(UserId userId, boolean administrator, boolean locked, boolean suspended)
      implements AccountChange {}

  /// The end of an account: no password, no tokens, no devices, no pushers. Its name stays taken.
  ///
  /// @param erase also its profile, account data, filters and invites go, and who joins a room
  ///   later sees redacted copies of what the user wrote
  record Deactivated(UserId userId, boolean erase) implements AccountChange {}

  /// A device, new or with a new name. Keeps "last seen" of a device that exists.
  record DeviceSaved(UserId userId, String deviceId, @Nullable String displayName)
      implements AccountChange {}

  /// When and from where a device was last seen.
  record DeviceSeen(UserId userId, String deviceId, String ip, long seenMs)
      implements AccountChange {}

  /// Devices that are gone, with their tokens and pushers.
  record DevicesRemoved(UserId userId, Set<String> deviceIds) implements AccountChange {
    public DevicesRemoved {
      deviceIds = Set.copyOf(deviceIds);
    }
  }

  /// New tokens of a device.
  ///
  /// @param refresh null if the client cannot refresh
  record TokensIssued(AccessToken access, @Nullable RefreshToken refresh) implements AccountChange {
    @Override
    public UserId userId() {
      return access.userId();
    }
  }

  /// Of a device's tokens only these stay, and none of them is [AccessToken#fresh] any more.
  record TokensKept(UserId userId, String deviceId, List<TokenHash> kept) implements AccountChange {
    public TokensKept {
      kept = List.copyOf(kept);
    }
  }

  /// A token by which others learn who the user is. Those that have expired go.
  record OpenIdIssued(UserId userId, TokenHash hash, long expiresMs, long nowMs)
      implements AccountChange {}
}
