package org.hearth.engine.account;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.UserId;

/// Reads what [AccountChange]s made durable. Every answer is committed; none is cached.
public interface AccountStore {

  /// The account, also a deactivated one.
  Optional<Account> account(UserId userId);

  /// How many accounts exist that are not deactivated.
  long accounts();

  /// Accounts by user ID, after `after` (empty string for the first page), at most `limit`.
  List<Account> page(String after, int limit);

  /// The token, also an expired one.
  Optional<AccessToken> accessToken(TokenHash hash);

  /// The token, also an expired one.
  Optional<RefreshToken> refreshToken(TokenHash hash);

  /// Of a device, in no particular order; those of a refresh that was not confirmed are among them.
  List<AccessToken> accessTokens(UserId userId, String deviceId);

  /// All devices of a user, by device ID.
  List<Device> devices(UserId userId);

  /// One device.
  Optional<Device> device(UserId userId, String deviceId);

  /// Whose OpenID token it is, if it works at that time.
  Optional<UserId> openIdUser(TokenHash hash, long nowMs);

  /// How many OpenID tokens of a user work at that time.
  int openIdTokens(UserId userId, long nowMs);
}
