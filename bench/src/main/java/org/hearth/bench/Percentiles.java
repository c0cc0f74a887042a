package org.hearth.bench;

import java.util.Arrays;

/// What a set of durations looks like. All values are milliseconds.
///
/// @param count how many durations; with none, all other values are 0
/// @param p50 half of the durations are at most this long
/// @param p90 nine of ten are
/// @param p99 99 of 100 are
/// @param max the longest
public record Percentiles(int count, double p50, double p90, double p99, double max) {

  /// By the nearest-rank method: each percentile is one of the measured values.
  ///
  /// @param nanos durations in nanoseconds, in any order; not changed
  public static Percentiles ofNanos(long[] nanos) {
    if (nanos.length == 0) return new Percentiles(0, 0, 0, 0, 0);
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Percentiles(
        sorted.length,
        nearestRank(sorted, 50),
        nearestRank(sorted, 90),
        nearestRank(sorted, 99),
        millis(sorted[sorted.length - 1]));
  }

  private static double nearestRank(long[] sorted, int percent) {
    int rank = (int) Math.ceilDiv((long) percent * sorted.length, 100L);
    return millis(sorted[Math.max(rank, 1) - 1]);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
