package org.hearth.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.expiry.Burning;
import org.hearth.engine.expiry.Lifetimes;
import org.hearth.engine.expiry.Retention;
import org.hearth.engine.media.MediaExpiry;
import org.hearth.engine.media.MediaStore;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.engine.room.RoomEngine;
import org.hearth.ledger.LedgerException;
import org.hearth.server.config.Config;
import org.hearth.storage.room.StoredExpiry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What does not stay: the steps that remove it, one after the other of each kind.
final class ExpiryParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiryParts.class);
  private static final Duration BURN_EVERY = Duration.ofSeconds(1);
  private static final Duration PURGE_EVERY = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Basics basics;
  private final List<Long> timers = new ArrayList<>();
  private final List<ReentrantLock> running = new ArrayList<>();
  private volatile boolean stopping;

  ExpiryParts(Basics basics, RoomEngine rooms, ReceiptStore receipts, MediaStore media) {
    this.basics = basics;
    var store = new StoredExpiry(basics.database());
    var removal = rooms.contentRemoval();
    var burning =
        new Burning(rooms.rooms(), removal, store, receipts, basics.ledger(), basics.clock());
    basics.ledger().listen(burning);
    every(BURN_EVERY, "Destroying what destroys itself", burning::step);
    var retention =
        new Retention(
            lifetimes(basics.config().retention()), rooms.rooms(), removal, store, basics.clock());
    every(
        PURGE_EVERY,
        "Removing old messages",
        () -> {
          while (!stopping && retention.step()) {
            // Until all rooms were looked at.
          }
        });
    var oldMedia =
        new MediaExpiry(media, basics.ledger(), lifetimes(basics.config().media()), basics.clock());
    every(PURGE_EVERY, "Removing old media", oldMedia::step);
  }

  static Lifetimes lifetimes(Config.Retention retention) {
    return new Lifetimes(
        retention.enabled(),
        millis(retention.defaultMaxHours(), Lifetimes.FOREVER),
        millis(retention.allowedMinHours(), 0),
        millis(retention.allowedMaxHours(), Lifetimes.FOREVER));
  }

  private static long millis(int hours, long otherwise) {
    return hours == 0 ? otherwise : Duration.ofHours(hours).toMillis();
  }

  private static MediaExpiry.Lifetimes lifetimes(Config.Media media) {
    return new MediaExpiry.Lifetimes(
        days(media.remoteRetentionDays()), days(media.localRetentionDays()));
  }

  private static Optional<Duration> days(int days) {
    return days == 0 ? Optional.empty() : Optional.of(Duration.ofDays(days));
  }

  /// Now and then, never twice at a time.
  private void every(Duration period, String what, Runnable step) {
    // Held while a step runs.
    var lock = new ReentrantLock();
    running.add(lock);
    timers.add(
        basics
            .vertx()
            .setPeriodic(
                period.toMillis(), _ -> basics.background().execute(() -> run(lock, what, step))));
  }

  private void run(ReentrantLock lock, String what, Runnable step) {
    if (stopping || !lock.tryLock()) return;
    try {
      step.run();
    } catch (LedgerException e) {
      if (!stopping) LOG.warn("{} waits: {}", what, e.toString());
    } catch (RuntimeException e) {
      if (!stopping) LOG.error("{} failed; trying again later", what, e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopping = true;
    for (long timer : timers) basics.vertx().cancelTimer(timer);
    for (var lock : running)
      if (lock.tryLock(STOP.toMillis(), TimeUnit.MILLISECONDS)) lock.unlock();
  }
}
