package org.hearth.engine.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;

/// Removes old media, if this server keeps it for a time only, and files that belong to nothing.
///
/// Used by one thread.
public final class MediaExpiry {
  private static final int PORTION = 100;
  private static final int SHELVES_AT_ONCE = 16;

  /// An upload names its file when it has ended; none takes longer.
  private static final Duration UPLOADING = Duration.ofHours(1);

  /// @param remote how long copies of other servers' media are kept; they are fetched again when
  ///   somebody asks
  /// @param local how long uploads are kept
  public record Lifetimes(Optional<Duration> remote, Optional<Duration> local) {}

  private final MediaStore store;
  private final Ledger ledger;
  private final Lifetimes lifetimes;
  private final InstantSource clock;
  private int shelf;

  public MediaExpiry(MediaStore store, Ledger ledger, Lifetimes lifetimes, InstantSource clock) {
    this.store = store;
    this.ledger = ledger;
    this.lifetimes = lifetimes;
    this.clock = clock;
  }

  /// Removes what is too old, and looks at the next shelves. Call it every few minutes.
  public void step() {
    lifetimes.remote().ifPresent(age -> expire(true, age));
    lifetimes.local().ifPresent(age -> expire(false, age));
    try {
      for (int i = 0; i < SHELVES_AT_ONCE; i++) {
        store.sweep(shelf, clock.millis() - UPLOADING.toMillis());
        shelf = (shelf + 1) % MediaStore.SHELVES;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void expire(boolean remote, Duration age) {
    List<MediaItem> old;
    do {
      old = store.old(remote, clock.millis() - age.toMillis(), PORTION);
      if (old.isEmpty()) return;
      ledger.write(
          Entry.of(
              Lane.BULK, old.stream().map(item -> new MediaChange.Removed(item.uri())).toList()));
      for (var item : old) if (item.content() != null) store.delete(item.content().file());
    } while (old.size() == PORTION);
  }
}
