package org.hearth.simulator;

import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.List;
import java.util.SplittableRandom;

/// Everything in a run that could have been otherwise comes from here.
final class Chance {
  private final SplittableRandom random;

  Chance(long seed) {
    this(new SplittableRandom(seed));
  }

  private Chance(SplittableRandom random) {
    this.random = random;
  }

  /// An independent source, so that one more choice here changes nothing there.
  Chance split() {
    return new Chance(random.split());
  }

  /// Both ends included.
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  boolean percent(int percent) {
    return random.nextInt(100) < percent;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// One of the indexes, in proportion to its weight.
  int weighted(int... weights) {
    int sum = 0;
    for (int weight : weights) sum += weight;
    int at = random.nextInt(sum);
    for (int i = 0; ; i++) {
      at -= weights[i];
      if (at < 0) return i;
    }
  }

  /// What engines take for secure randomness.
  SecureRandom secure() {
    return new Replayed(random.split());
  }

  private static final class Replayed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    Replayed(SplittableRandom random) {
      super(new Source(random), new None());
    }
  }

  private static final class None extends Provider {
    private static final long serialVersionUID = 1L;

    None() {
      super("simulated", "1", "Randomness that can be replayed");
    }
  }

  private static final class Source extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;
    private final transient SplittableRandom random;

    Source(SplittableRandom random) {
      this.random = random;
    }

    @Override
    protected void engineSetSeed(byte[] seed) {}

    @Override
    protected void engineNextBytes(byte[] bytes) {
      random.nextBytes(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      byte[] seed = new byte[count];
      random.nextBytes(seed);
      return seed;
    }
  }
}
