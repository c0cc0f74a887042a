package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShrinkingTest {
  private static final long MB = 1 << 20;

  private final Shrinking shrinking = new Shrinking(32 * MB);

  private boolean goesOn(long size, long used) {
    return shrinking.goesOn(new Shrinking.Usage(size, size, used));
  }

  /// How many checkpoints it wants if each leaves the file as it is.
  private int checkpoints(long size, long used) {
    for (int i = 0; i < 1_000; i++) if (!goesOn(size, used)) return i;
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
      assertThat(goesOn(size, 100 * MB)).as("%d MB", size / MB).isTrue();
    assertThat(goesOn(160 * MB, 100 * MB)).isFalse();
  }

  /// A file of 3.6 GB was left as it was when its chunks were fuller; going on made it half as
  /// large.
  @Test
  void fewerChunksAreAGainBeforeTheFileIsSmaller() {
    long size = 2_000 * MB;
    int count = 0;
    for (long taken = 1_600 * MB; taken > 1_000 * MB; taken -= 18 * MB, count++)
      assertThat(shrinking.goesOn(new Shrinking.Usage(size, taken, 800 * MB))).isTrue();
    for (int i = 0; i < 25; i++, count++)
      assertThat(shrinking.goesOn(new Shrinking.Usage(size, 1_000 * MB, 800 * MB)))
          .as("checkpoint %d", count)
          .isTrue();
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
    while (goesOn((count % 3 == 0 ? 2_000 : 2_064) * MB, 800 * MB))
      assertThat(++count).isLessThan(100);
  }

  @Test
  void aFewBlocksAreNoGain() {
    int count = 0;
    while (goesOn(2_000 * MB - count * 4096L, 800 * MB)) assertThat(++count).isLessThan(100);
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
