package org.hearth.engine.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How the presence of a user follows from what their devices say and do.
class PresenceBoardTest {
  private static final UserId ALICE = new UserId("@alice:a.example");
  private static final UserId BOB = new UserId("@bob:b.example");

  private final AtomicLong now = new AtomicLong(1_000_000_000);
  private final PresenceBoard board = board(100);

  private PresenceBoard board(int users) {
    return new PresenceBoard(users, () -> Instant.ofEpochMilli(now.get()));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toMillis());
  }

  private UserPresence alice() {
    return board.of(ALICE).orElseThrow();
  }

  private void polls(String device, PresenceState claim) {
    board.remember(ALICE, Optional.empty());
    board.begin(ALICE, device, claim);
    board.end(ALICE, device);
  }

  private void sets(PresenceState state, @Nullable String status) {
    board.remember(ALICE, Optional.empty());
    board.set(ALICE, "A", state, new PresenceStore.Noted(ALICE, state, status, now.get()));
  }

  private List<PresenceState> told() {
    return board.step(10).changed().stream().map(UserPresence::state).toList();
  }

  /// "The default state when the user is connected to an event stream."
  @Test
  void whoPollsIsOnlineAndOfflineSoonAfter() {
    polls("A", PresenceState.ONLINE);
    assertThat(alice().state()).isEqualTo(PresenceState.ONLINE);
    assertThat(alice().currentlyActive()).isTrue();
    assertThat(told()).containsExactly(PresenceState.ONLINE);
    pass(Person.OFFLINE_AFTER.plusMillis(1));
    assertThat(told()).containsExactly(PresenceState.OFFLINE);
    assertThat(told()).isEmpty();
  }

  @Test
  void aRequestThatWaitsKeepsTheUserConnected() {
    board.remember(ALICE, Optional.empty());
    board.begin(ALICE, "A", PresenceState.ONLINE);
    pass(Duration.ofMinutes(2));
    board.step(10);
    assertThat(alice().state()).isEqualTo(PresenceState.ONLINE);
    board.end(ALICE, "A");
    pass(Person.OFFLINE_AFTER.plusMillis(1));
    board.step(10);
    assertThat(alice().state()).isEqualTo(PresenceState.OFFLINE);
  }

  /// "The server will automatically set a user's presence to `unavailable` if their last active
  /// time was over a threshold value."
  @Test
  void whoOnlyPollsBecomesIdleUntilTheyDoSomething() {
    for (var passed = Duration.ZERO;
        passed.compareTo(Person.IDLE_AFTER) < 0;
        passed = passed.plusSeconds(20)) {
      polls("A", PresenceState.ONLINE);
      pass(Duration.ofSeconds(20));
    }
    polls("A", PresenceState.ONLINE);
    assertThat(alice().state()).isEqualTo(PresenceState.UNAVAILABLE);
    board.active(ALICE);
    assertThat(alice().state()).isEqualTo(PresenceState.ONLINE);
    assertThat(alice().activeMs()).isEqualTo(now.get());
  }

  /// "When true, the server will not send further updates to the last active time until an update
  /// is sent to the client with ... `currently_active` set to false."
  @Test
  void activityIsToldOnceAMinute() {
    board.remember(ALICE, Optional.empty());
    board.begin(ALICE, "A", PresenceState.ONLINE);
    board.step(10);
    board.active(ALICE);
    pass(Duration.ofSeconds(30));
    board.active(ALICE);
    assertThat(told()).isEmpty();
    pass(Person.ACTIVE_FOR);
    assertThat(board.step(10).changed())
        .singleElement()
        .matches(presence -> !presence.currentlyActive());
    board.active(ALICE);
    assertThat(told()).hasSize(1);
  }

  @Test
  void theMostPresentDeviceCounts() {
    polls("A", PresenceState.ONLINE);
    polls("B", PresenceState.UNAVAILABLE);
    assertThat(alice().state()).isEqualTo(PresenceState.ONLINE);
    board.gone(ALICE, "A");
    assertThat(alice().state()).isEqualTo(PresenceState.UNAVAILABLE);
    board.gone(ALICE, "B");
    assertThat(alice().state()).isEqualTo(PresenceState.OFFLINE);
  }

  @Test
  void aStatusIsToldAndStays() {
    sets(PresenceState.ONLINE, "busy");
    assertThat(alice().statusMsg()).isEqualTo("busy");
    long before = board.sequence();
    sets(PresenceState.ONLINE, "at lunch");
    assertThat(board.after(before, true, 10))
        .singleElement()
        .matches(presence -> "at lunch".equals(presence.statusMsg()));
    pass(Person.OFFLINE_AFTER.plusMillis(1));
    board.step(10);
    assertThat(alice().statusMsg()).isEqualTo("at lunch");
  }

  /// A restart is no reason to tell everybody that everybody left.
  @Test
  void whoWasPresentBeforeARestartHasTimeToComeBack() {
    board.wasPresent(new PresenceStore.Noted(ALICE, PresenceState.ONLINE, "hi", now.get()));
    assertThat(alice().state()).isEqualTo(PresenceState.ONLINE);
    board.step(10);
    polls("A", PresenceState.ONLINE);
    pass(Duration.ofSeconds(20));
    polls("A", PresenceState.ONLINE);
    pass(Duration.ofSeconds(20));
    assertThat(told()).isEmpty();

    var other = board(10);
    other.wasPresent(new PresenceStore.Noted(ALICE, PresenceState.ONLINE, null, now.get()));
    other.step(10);
    pass(Person.OFFLINE_AFTER.plusMillis(1));
    assertThat(other.step(10).unnoted())
        .singleElement()
        .matches(noted -> noted.state() == PresenceState.OFFLINE);
  }

  @Test
  void pollingOnWritesNothing() {
    polls("A", PresenceState.ONLINE);
    assertThat(board.step(10).unnoted()).hasSize(1);
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofSeconds(5));
      polls("A", PresenceState.ONLINE);
      assertThat(board.step(10).unnoted()).isEmpty();
    }
  }

  private void hears(PresenceState state) {
    board.heard(new UserPresence(BOB, state, null, now.get(), false, 0));
  }

  @Test
  void usersOfOtherServersVanishIfTheirServerSaysNothingMore() {
    hears(PresenceState.ONLINE);
    assertThat(told()).containsExactly(PresenceState.ONLINE);
    pass(Duration.ofMinutes(20));
    hears(PresenceState.ONLINE);
    assertThat(told()).isEmpty();
    pass(PresenceBoard.REMOTE_FOR.plusMillis(1));
    assertThat(told()).containsExactly(PresenceState.OFFLINE);
  }

  @Test
  void otherServersAreToldAgain() {
    board.remember(ALICE, Optional.empty());
    board.begin(ALICE, "A", PresenceState.UNAVAILABLE);
    assertThat(board.step(10).again()).isEmpty();
    pass(PresenceBoard.TOLD_EVERY.plusMillis(1));
    assertThat(board.step(10).again()).hasSize(1);
    assertThat(board.step(10).again()).isEmpty();
  }

  @Test
  void aFullBoardForgetsWhoIsAwayAndTakesNobodyNewOtherwise() {
    var small = board(1);
    small.heard(new UserPresence(BOB, PresenceState.ONLINE, null, 1, true, 0));
    small.remember(ALICE, Optional.empty());
    assertThat(small.of(ALICE)).isEmpty();
    small.begin(ALICE, "A", PresenceState.ONLINE);
    small.heard(new UserPresence(BOB, PresenceState.OFFLINE, null, 1, false, 0));
    small.step(10);
    small.remember(ALICE, Optional.empty());
    small.begin(ALICE, "A", PresenceState.ONLINE);
    assertThat(small.of(ALICE)).get().matches(p -> p.state() == PresenceState.ONLINE);
    assertThat(small.of(BOB)).isEmpty();
  }

  @Test
  void changesAreTakenAFewAtATime() {
    for (int i = 0; i < 5; i++)
      board.heard(
          new UserPresence(
              new UserId("@u" + i + ":b.example"), PresenceState.ONLINE, null, 1, true, 0));
    assertThat(board.step(3).changed()).hasSize(3);
    assertThat(board.step(3).changed()).hasSize(2);
    assertThat(board.after(0, false, 2)).hasSize(2);
  }
}
