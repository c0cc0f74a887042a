package org.hearth.engine.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [User-interactive
/// authentication](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api):
/// an operation goes on once its stages were completed.
///
/// A session belongs to one operation of one user, lives 15 minutes in memory, and is used up by
/// the operation. A restart ends it on purpose (ADR 9): the client is there at this moment, and the
/// next answer tells it how to go on.
public final class InteractiveAuth {
  public static final String PASSWORD = "m.login.password";
  public static final String DUMMY = "m.login.dummy";
  public static final String REGISTRATION_TOKEN = "m.login.registration_token";

  private static final int MAX_SESSIONS = 10_000;
  private static final int MAX_FAILURES = 10;
  private static final int MAX_GUESSES = 30;
  private static final Duration LIFETIME = Duration.ofMinutes(15);

  private final Secrets secrets;
  private final StageCheck check;
  private final Cache<String, Progress> sessions;

  /// Failed attempts by user, in any session: a stolen access token shall not help to guess the
  /// password.
  private final Cache<UserId, AtomicInteger> guesses;

  InteractiveAuth(Secrets secrets, StageCheck check, InstantSource clock) {
    this.secrets = secrets;
    this.check = check;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.sessions =
        Caffeine.newBuilder()
            .maximumSize(MAX_SESSIONS)
            .expireAfterWrite(LIFETIME)
            .ticker(ticker)
            .build();
    this.guesses =
        Caffeine.newBuilder()
            .maximumSize(MAX_SESSIONS)
            .expireAfterWrite(LIFETIME)
            .ticker(ticker)
            .build();
  }

  /// As [#InteractiveAuth(Secrets, StageCheck, InstantSource)], with the stages that accounts know.
  public InteractiveAuth(
      AccountStore store,
      Passwords passwords,
      AccountSettings settings,
      Secrets secrets,
      InstantSource clock) {
    this(secrets, new KnownStages(store, passwords, settings), clock);
  }

  /// What the client has to do, or that it is done.
  public sealed interface Verdict {
    /// All stages of a flow are complete.
    record Passed() implements Verdict {}

    /// There is more to do: 401 with these members.
    ///
    /// @param failure what was wrong with the attempt; null if nothing was
    record Challenge(
        String session, List<List<String>> flows, List<String> completed, @Nullable Refusal failure)
        implements Verdict {}

    /// Somebody else confirmed, which nobody can do for a user: 403. The session stays as it was.
    record SomebodyElse(Refusal refusal) implements Verdict {}
  }

  /// Whether one attempt completes its stage.
  @FunctionalInterface
  interface StageCheck {
    /// Empty if it does; why not otherwise.
    Optional<Refusal> problem(Optional<UserId> user, AuthAttempt attempt);

    /// Whether the attempt names another user than the one who asks, whatever the password.
    default boolean bySomebodyElse(UserId user, AuthAttempt attempt) {
      return false;
    }
  }

  /// How far a session is. Changed only under its own monitor-free update: each attempt replaces
  /// it.
  private record Progress(String operation, Set<String> completed, int failures) {}

  /// Tries to go on with `operation`.
  ///
  /// @param operation what is to be done, with everything that must not change between the attempts
  ///   (such as the devices to delete)
  /// @param user who does it; empty when registering
  /// @param flows each a list of stages, in order
  public Verdict attempt(
      String operation, Optional<UserId> user, List<List<String>> flows, AuthAttempt attempt) {
    String scope = user.map(UserId::value).orElse("") + " " + operation;
    Progress before = attempt.session() == null ? null : sessions.getIfPresent(attempt.session());
    if (before != null && !before.operation().equals(scope)) {
      before = null;
    }
    String session = before == null ? secrets.token("") : String.valueOf(attempt.session());
    Progress now = before == null ? new Progress(scope, Set.of(), 0) : before;
    if (attempt.type() == null) {
      return challengeOrPass(session, now, flows, null);
    }
    String stage = attempt.type();
    if (flows.stream().noneMatch(flow -> flow.contains(stage))) {
      return challenge(
          session,
          now,
          flows,
          new Refusal(ErrorCode.M_UNRECOGNIZED, "This kind of authentication is not offered"));
    }
    if (user.isPresent() && check.bySomebodyElse(user.get(), attempt)) {
      return new Verdict.SomebodyElse(
          new Refusal(ErrorCode.M_FORBIDDEN, "You must confirm this yourself, as " + user.get()));
    }
    Optional<Refusal> problem = checked(user, attempt);
    if (problem.isPresent()) {
      var failed = new Progress(scope, now.completed(), now.failures() + 1);
      if (failed.failures() >= MAX_FAILURES) {
        sessions.invalidate(session);
        session = secrets.token("");
        failed = new Progress(scope, Set.of(), 0);
      }
      return challenge(session, failed, flows, problem.get());
    }
    var completed = new LinkedHashSet<>(now.completed());
    completed.add(stage);
    return challengeOrPass(session, new Progress(scope, completed, now.failures()), flows, null);
  }

  private Optional<Refusal> checked(Optional<UserId> user, AuthAttempt attempt) {
    if (user.isEmpty()) {
      return check.problem(user, attempt);
    }
    AtomicInteger failed = guesses.get(user.get(), nobody -> new AtomicInteger());
    if (failed.get() >= MAX_GUESSES) {
      return Optional.of(
          new Refusal(ErrorCode.M_LIMIT_EXCEEDED, "Too many attempts; try again later"));
    }
    Optional<Refusal> problem = check.problem(user, attempt);
    if (problem.isPresent()) {
      failed.incrementAndGet();
    }
    return problem;
  }

  private Verdict challengeOrPass(
      String session, Progress now, List<List<String>> flows, @Nullable Refusal failure) {
    if (flows.stream().anyMatch(now.completed()::containsAll)) {
      sessions.invalidate(session);
      return new Verdict.Passed();
    }
    return challenge(session, now, flows, failure);
  }

  private Verdict challenge(
      String session, Progress now, List<List<String>> flows, @Nullable Refusal failure) {
    sessions.put(session, now);
    return new Verdict.Challenge(session, flows, List.copyOf(now.completed()), failure);
  }
}
