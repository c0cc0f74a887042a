package org.hearth.engine.account;

import java.util.Optional;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// The stages of user-interactive authentication that accounts can check.
record KnownStages(AccountStore store, Passwords passwords, AccountSettings settings)
    implements InteractiveAuth.StageCheck {

  @Override
  public Optional<Refusal> problem(Optional<UserId> user, AuthAttempt attempt) {
    return switch (String.valueOf(attempt.type())) {
      case InteractiveAuth.DUMMY -> Optional.empty();
      case InteractiveAuth.PASSWORD -> password(user, attempt);
      case InteractiveAuth.REGISTRATION_TOKEN -> registrationToken(attempt);
      default ->
          Optional.of(new Refusal(ErrorCode.M_UNRECOGNIZED, "Unknown kind of authentication"));
    };
  }

  /// Whoever is logged in confirms with their own password; without a login, whoever is named does.
  @Override
  public boolean bySomebodyElse(UserId user, AuthAttempt attempt) {
    return InteractiveAuth.PASSWORD.equals(attempt.type())
        && attempt.user() != null
        && !named(attempt.user()).equals(Optional.of(user));
  }

  private Optional<UserId> named(String typed) {
    return new UserNames(settings.serverName()).existing(typed);
  }

  private Optional<Refusal> password(Optional<UserId> user, AuthAttempt attempt) {
    if (attempt.password() == null) {
      return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: password"));
    }
    Optional<UserId> typed = attempt.user() == null ? user : named(attempt.user());
    Optional<Account> account = typed.flatMap(store::account).filter(a -> !a.deactivated());
    boolean good =
        passwords.matches(attempt.password(), account.map(Account::passwordHash).orElse(null));
    return good
        ? Optional.empty()
        : Optional.of(new Refusal(ErrorCode.M_FORBIDDEN, "Wrong user or password"));
  }

  private Optional<Refusal> registrationToken(AuthAttempt attempt) {
    if (attempt.token() == null) {
      return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: token"));
    }
    return settings.isRegistrationToken(attempt.token())
        ? Optional.empty()
        : Optional.of(new Refusal(ErrorCode.M_UNAUTHORIZED, "Unknown registration token"));
  }
}
