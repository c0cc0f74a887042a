package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShrinkingTest {
  private static final long MB = 1 << 20;

  private final Shrinking shrinking = new Shrinking(32 * MB);

  /// How many checkpoints it wants if each leaves the file as it is.
  private int checkpoints(long size, long used) {
    for (int i = 0; i < 1_000; i++) if (!shrinking.goesOn(size, used)) return i;
    throw new AssertionError("It never ends.");
  }

  @Test
  void doesNothingWhereMostOfTheFileIsInUse() {
    assertThat(checkpoints(100 * MB, 61 * MB)).isZero();
  }

  @Test
  void goesOnAsLongAsTheFileBecomesSmaller() {
    long size = 2_000 * MB;
    for (; size > 200 * MB; size -= 30 * MB)
      assertThat(shrinking.goesOn(size, 100 * MB)).as("%d MB", size / MB).isTrue();
    assertThat(shrinking.goesOn(160 * MB, 100 * MB)).isFalse();
  }

  @Test
  void givesUpWhenAllThatIsInUseWasRewrittenInVain() {
    assertThat(checkpoints(2_000 * MB, 800 * MB)).isBetween(25, 40);
    assertThat(checkpoints(2_000 * MB, 800 * MB)).isZero();
  }

  /// As when what was rewritten goes to the end, and its old place comes free two checkpoints
  /// later.
  @Test
  void growingAndShrinkingInTurnsIsNoGain() {
    int count = 0;
    while (shrinking.goesOn((count % 3 == 0 ? 2_000 : 2_064) * MB, 800 * MB))
      assertThat(++count).isLessThan(100);
  }

  @Test
  void aFewBlocksAreNoGain() {
    int count = 0;
    while (shrinking.goesOn(2_000 * MB - count * 4096L, 800 * MB))
      assertThat(++count).isLessThan(100);
  }

  @Test
  void whatIsWrittenNowAndThenDoesNotBeginItAnew() {
    checkpoints(2_000 * MB, 800 * MB);

    for (long more = 1; more < 300; more += 10)
      assertThat(checkpoints((2_000 + more) * MB, (800 + more / 2) * MB))
          .as("%d MB", more)
          .isZero();
    assertThat(checkpoints(2_700 * MB, 900 * MB)).isPositive();
  }

  @Test
  void whatWasRemovedBeginsItAnew() {
    checkpoints(2_000 * MB, 800 * MB);

    assertThat(checkpoints(2_000 * MB, 300 * MB)).isPositive();
  }
}
