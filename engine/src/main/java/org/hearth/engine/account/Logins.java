package org.hearth.engine.account;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Logging in](https://spec.matrix.org/v1.19/client-server-api/#login), by password or by a token
/// from a device that is logged in.
public final class Logins {
  private static final int MAX_LOGIN_TOKENS = 10_000;

  private final AccountStore store;
  private final Sessions sessions;
  private final Passwords passwords;
  private final UserNames names;
  private final ShortLived<Grant> loginTokens;

  /// @param passwordHash when the token was made: a new password ends it
  private record Grant(UserId userId, @Nullable String passwordHash) {

    boolean holdsFor(Account account) {
      return Objects.equals(passwordHash, account.passwordHash());
    }
  }

  public Logins(
      AccountStore store,
      Sessions sessions,
      Passwords passwords,
      AccountSettings settings,
      Secrets secrets,
      InstantSource clock) {
    this.store = store;
    this.sessions = sessions;
    this.passwords = passwords;
    this.names = new UserNames(settings.serverName());
    this.loginTokens =
        new ShortLived<>(secrets, "hlt_", Duration.ofMinutes(2), MAX_LOGIN_TOKENS, clock);
  }

  /// Logs in by password. `M_FORBIDDEN` for an unknown user and a wrong password alike, after the
  /// same time; `M_USER_DEACTIVATED` and `M_USER_LOCKED` tell only who knows the password.
  ///
  /// @param user a user ID or localpart, as typed
  public Outcome<Sessions.Issued> byPassword(String user, String password, NewLogin login) {
    Optional<Account> account = names.existing(user).flatMap(store::account);
    boolean good = passwords.matches(password, account.map(Account::passwordHash).orElse(null));
    if (account.isPresent() && account.get().deactivated()) {
      // The hash is gone, so nobody can prove to have been this user.
      return Outcome.refused(ErrorCode.M_USER_DEACTIVATED, "This account was deactivated");
    }
    if (!good || account.isEmpty()) {
      return Outcome.forbidden("Wrong user name or password");
    }
    return logIn(account.get(), login);
  }

  /// Logs in by a token of [#issueToken]. `M_FORBIDDEN` if it is unknown, used or too old.
  public Outcome<Sessions.Issued> byToken(String token, NewLogin login) {
    Optional<Account> account =
        loginTokens
            .take(token)
            .flatMap(grant -> store.account(grant.userId()).filter(grant::holdsFor));
    if (account.isEmpty() || account.get().deactivated()) {
      return Outcome.forbidden("This login token does not work any more");
    }
    return logIn(account.get(), login);
  }

  /// A token with which another device logs in as the same user, once.
  public String issueToken(UserId userId) {
    String password = store.account(userId).map(Account::passwordHash).orElse(null);
    return loginTokens.issue(new Grant(userId, password));
  }

  /// How long a token of [#issueToken] works.
  public Duration tokenLifetime() {
    return loginTokens.lifetime();
  }

  private Outcome<Sessions.Issued> logIn(Account account, NewLogin login) {
    if (account.locked()) {
      return Outcome.refused(ErrorCode.M_USER_LOCKED, "This account is locked");
    }
    return login
        .checked()
        .map(
            checked ->
                sessions.logIn(
                    account.userId(),
                    checked.deviceId(),
                    checked.deviceName(),
                    checked.refreshable(),
                    List.of()));
  }
}
