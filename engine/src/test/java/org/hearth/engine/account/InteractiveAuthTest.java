package org.hearth.engine.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.account.InteractiveAuth.Verdict;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.Test;

class InteractiveAuthTest {
  private static final Optional<UserId> ALICE = Optional.of(UserId.parse("@alice:a.example"));
  private static final Optional<UserId> BOB = Optional.of(UserId.parse("@bob:a.example"));
  private static final List<List<String>> FLOWS = List.of(List.of("a", "b"), List.of("c"));

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final InteractiveAuth auth =
      new InteractiveAuth(
          new Secrets(new SecureRandom()),
          (user, attempt) ->
              "good".equals(attempt.password())
                  ? Optional.empty()
                  : Optional.of(new Refusal(ErrorCode.M_FORBIDDEN, "no")),
          () -> Instant.ofEpochMilli(now.get()));

  private static AuthAttempt stage(String type, String session) {
    return new AuthAttempt(type, session, null, "good", null);
  }

  private Verdict.Challenge challenge(Optional<UserId> user, AuthAttempt attempt) {
    return (Verdict.Challenge) auth.attempt("op", user, FLOWS, attempt);
  }

  @Test
  void allStagesOfOneFlowAreNeeded() {
    var first = challenge(ALICE, stage("a", null));
    assertThat(first.completed()).containsExactly("a");
    assertThat(first.flows()).isEqualTo(FLOWS);
    assertThat(auth.attempt("op", ALICE, FLOWS, stage("b", first.session())))
        .isInstanceOf(Verdict.Passed.class);
    assertThat(auth.attempt("op", ALICE, FLOWS, stage("c", null)))
        .isInstanceOf(Verdict.Passed.class);
  }

  @Test
  void aSessionIsForOneUserAndOneOperation() {
    String session = challenge(ALICE, stage("a", null)).session();
    assertThat(challenge(BOB, stage("b", session)).completed()).containsExactly("b");
    assertThat(auth.attempt("other", ALICE, FLOWS, stage("b", session)))
        .isInstanceOf(Verdict.Challenge.class);
  }

  @Test
  void aSessionIsUsedUpByItsOperation() {
    String session = challenge(ALICE, stage("a", null)).session();
    auth.attempt("op", ALICE, FLOWS, stage("b", session));
    var again = challenge(ALICE, new AuthAttempt(null, session, null, null, null));
    assertThat(again.completed()).isEmpty();
    assertThat(again.session()).isNotEqualTo(session);
  }

  @Test
  void aSessionEndsAfterAQuarterOfAnHour() {
    String session = challenge(ALICE, stage("a", null)).session();
    now.addAndGet(Duration.ofMinutes(16).toMillis());
    assertThat(challenge(ALICE, stage("b", session)).completed()).containsExactly("b");
  }

  @Test
  void failuresKeepTheSessionUntilThereAreTooMany() {
    String session = challenge(ALICE, stage("a", null)).session();
    var wrong = new AuthAttempt("b", session, null, "bad", null);
    for (int i = 0; i < 9; i++) {
      var failed = challenge(ALICE, wrong);
      assertThat(failed.session()).isEqualTo(session);
      assertThat(failed.completed()).containsExactly("a");
      assertThat(failed.failure()).isNotNull();
    }
    var ended = challenge(ALICE, wrong);
    assertThat(ended.session()).isNotEqualTo(session);
    assertThat(ended.completed()).isEmpty();
  }

  @Test
  void guessingEndsAfterThirtyFailuresInAnySession() {
    var wrong = new AuthAttempt("c", null, null, "bad", null);
    for (int i = 0; i < 30; i++) {
      challenge(ALICE, wrong);
    }
    assertThat(challenge(ALICE, stage("c", null)).failure().code())
        .isEqualTo(ErrorCode.M_LIMIT_EXCEEDED);
    assertThat(auth.attempt("op", BOB, FLOWS, stage("c", null))).isInstanceOf(Verdict.Passed.class);
    now.addAndGet(Duration.ofMinutes(16).toMillis());
    assertThat(auth.attempt("op", ALICE, FLOWS, stage("c", null)))
        .isInstanceOf(Verdict.Passed.class);
  }
}
