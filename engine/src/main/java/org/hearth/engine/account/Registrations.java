package org.hearth.engine.account;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hearth.engine.account.AccountSettings.Registration;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Making accounts](https://spec.matrix.org/v1.19/client-server-api/#account-registration).
public final class Registrations {
  private static final int MAX_PASSWORD = 512;

  private final AccountStore store;
  private final Ledger ledger;
  private final Sessions sessions;
  private final Passwords passwords;
  private final InteractiveAuth auth;
  private final AccountSettings settings;
  private final Secrets secrets;
  private final InstantSource clock;
  private final UserNames names;

  /// Names that are being registered at this moment, so that two requests for one cannot both find
  /// it free.
  private final Set<UserId> underway = ConcurrentHashMap.newKeySet();

  public Registrations(
      AccountStore store,
      Ledger ledger,
      Sessions sessions,
      Passwords passwords,
      InteractiveAuth auth,
      AccountSettings settings,
      Secrets secrets,
      InstantSource clock) {
    this.store = store;
    this.ledger = ledger;
    this.sessions = sessions;
    this.passwords = passwords;
    this.auth = auth;
    this.settings = settings;
    this.secrets = secrets;
    this.clock = clock;
    this.names = new UserNames(settings.serverName());
  }

  /// What a person asks for.
  ///
  /// @param username null for a name of our choice
  /// @param login null if the account is made without logging in
  public record Request(
      @Nullable String username, @Nullable String password, @Nullable NewLogin login) {
    /// Passwords stay out of logs.
    @Override
    public String toString() {
      return "Request[" + username + "]";
    }
  }

  /// What came of it.
  public sealed interface Result {
    /// An account, and its first login if one was asked for.
    record Registered(UserId userId, Optional<Sessions.Issued> login) implements Result {}

    /// More to do first.
    record Challenged(InteractiveAuth.Verdict.Challenge challenge) implements Result {}

    /// It cannot be.
    record Refused(Refusal refusal) implements Result {}
  }

  /// Registers an account once its authentication is complete. The name is checked first, so that a
  /// client learns early that it is taken.
  public Result register(Request request, AuthAttempt attempt) {
    if (settings.registration() == Registration.CLOSED) {
      return refused(ErrorCode.M_FORBIDDEN, "Registration is closed on this server");
    }
    Outcome<UserId> name = nameFor(request.username());
    if (name instanceof Outcome.Refused<UserId>(var refusal)) {
      return new Result.Refused(refusal);
    }
    Optional<Refusal> weak = passwordProblem(request.password());
    if (weak.isPresent()) {
      return new Result.Refused(weak.get());
    }
    switch (auth.attempt("register", Optional.empty(), flows(), attempt)) {
      case InteractiveAuth.Verdict.Challenge challenge -> {
        return new Result.Challenged(challenge);
      }
      case InteractiveAuth.Verdict.SomebodyElse(var refusal) -> {
        return new Result.Refused(refusal);
      }
      case InteractiveAuth.Verdict.Passed _ -> {
        // Goes on below.
      }
    }
    if (request.password() == null) {
      return refused(ErrorCode.M_MISSING_PARAM, "Missing parameter: password");
    }
    return switch (name) {
      case Outcome.Done<UserId>(var userId) -> create(userId, request, false);
      case Outcome.Refused<UserId>(var refusal) -> new Result.Refused(refusal);
    };
  }

  /// Makes an account without further questions: whoever calls has the shared secret, or is an
  /// administrator.
  public Result registerAsAdministrator(Request request, boolean administrator) {
    Optional<Refusal> weak = passwordProblem(request.password());
    if (weak.isPresent()) {
      return new Result.Refused(weak.get());
    }
    return switch (nameFor(request.username())) {
      case Outcome.Done<UserId>(var userId) -> create(userId, request, administrator);
      case Outcome.Refused<UserId>(var refusal) -> new Result.Refused(refusal);
    };
  }

  /// Whether a name could be registered: refused with `M_USER_IN_USE`, `M_INVALID_USERNAME`, or
  /// `M_FORBIDDEN` where registration is closed.
  public Outcome<UserId> available(String username) {
    if (settings.registration() == Registration.CLOSED) {
      return Outcome.forbidden("Registration is closed on this server");
    }
    return free(username);
  }

  /// Whether a registration token would be taken. `M_FORBIDDEN` where none is asked for.
  public Outcome<Boolean> tokenValid(String token) {
    if (settings.registration() != Registration.TOKEN) {
      return Outcome.forbidden("This server does not register by token");
    }
    return Outcome.done(settings.isRegistrationToken(token));
  }

  /// Whether a password may be used at all: `M_WEAK_PASSWORD` if not. Null has no problem.
  Optional<Refusal> passwordProblem(@Nullable String password) {
    if (password == null) {
      return Optional.empty();
    }
    if (password.codePointCount(0, password.length()) < settings.passwordLengthMin()) {
      return Optional.of(
          new Refusal(
              ErrorCode.M_WEAK_PASSWORD,
              "A password must have at least " + settings.passwordLengthMin() + " characters"));
    }
    if (password.length() > MAX_PASSWORD) {
      return Optional.of(
          new Refusal(
              ErrorCode.M_WEAK_PASSWORD,
              "A password may have at most " + MAX_PASSWORD + " characters"));
    }
    return Optional.empty();
  }

  private List<List<String>> flows() {
    return settings.registration() == Registration.TOKEN
        ? List.of(List.of(InteractiveAuth.REGISTRATION_TOKEN))
        : List.of(List.of(InteractiveAuth.DUMMY));
  }

  private Outcome<UserId> nameFor(@Nullable String username) {
    return free(username == null ? secrets.localpart() : username);
  }

  private Outcome<UserId> free(String username) {
    return names
        .forNew(username)
        .then(
            userId ->
                store.account(userId).isPresent()
                    ? Outcome.refused(ErrorCode.M_USER_IN_USE, "This user name is taken")
                    : Outcome.done(userId));
  }

  private Result create(UserId userId, Request request, boolean administrator) {
    Outcome<NewLogin> login =
        request.login() == null
            ? Outcome.done(new NewLogin(null, null, false))
            : request.login().checked();
    if (login instanceof Outcome.Refused<NewLogin>(var refusal)) {
      return new Result.Refused(refusal);
    }
    if (!underway.add(userId)) {
      return refused(ErrorCode.M_USER_IN_USE, "This user name is taken");
    }
    try {
      if (store.account(userId).isPresent()) {
        return refused(ErrorCode.M_USER_IN_USE, "This user name is taken");
      }
      String hash = request.password() == null ? null : passwords.hash(request.password());
      var created =
          new AccountChange.Created(
              new Account(userId, hash, administrator, false, false, false, clock.millis()));
      if (request.login() == null) {
        ledger.write(created);
        return new Result.Registered(userId, Optional.empty());
      }
      NewLogin wanted = ((Outcome.Done<NewLogin>) login).value();
      return new Result.Registered(
          userId,
          Optional.of(
              sessions.logIn(
                  userId,
                  wanted.deviceId(),
                  wanted.deviceName(),
                  wanted.refreshable(),
                  List.of(created))));
    } finally {
      underway.remove(userId);
    }
  }

  private static Result refused(ErrorCode code, String message) {
    return new Result.Refused(new Refusal(code, message));
  }
}
