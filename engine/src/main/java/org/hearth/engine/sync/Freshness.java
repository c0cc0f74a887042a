package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Where each topic last changed, so that /sync asks the database only about what did. Bounded: a
/// forgotten topic raises the floor below which the answer is "perhaps".
public final class Freshness {
  private final AtomicLong floor;

  /// Every change up to here is noted.
  private final AtomicLong heard;

  private final Cache<Topic, Long> last;

  /// @param start the position from which on every change is noted here
  public Freshness(long start, long topics) {
    floor = new AtomicLong(start);
    heard = new AtomicLong(start);
    last =
        Caffeine.newBuilder()
            .maximumSize(topics)
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable Topic _, @Nullable Long position, RemovalCause _) ->
                    floor.accumulateAndGet(position == null ? 0 : position, Math::max))
            .build();
  }

  /// Up to which position [#changedAfter] knows everything. What is committed becomes visible a
  /// moment before it is noted here, so that nobody may answer for more than this.
  public long heard() {
    return heard.get();
  }

  /// How many topics are remembered.
  public long topics() {
    return last.estimatedSize();
  }

  /// Everything up to here was noted.
  void hear(long position) {
    heard.accumulateAndGet(position, Math::max);
  }

  void note(Topic topic, long position) {
    last.put(topic, position);
  }

  /// False only if the topic certainly did not change after that position.
  public boolean changedAfter(Topic topic, long position) {
    var noted = last.getIfPresent(topic);
    return noted == null ? position < floor.get() : noted > position;
  }
}
