package org.hearth.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Where the database is and how patient we are with it.
///
/// @param readers how many connections read at the same time
/// @param connectionTimeout how long a reader waits for a connection
/// @param statementTimeout how long one statement may run
/// @param unknownPatience how long a lost PostgreSQL may stay away while it is unknown whether it
///   committed, before the process ends
/// @param minimumFreeBytes below this much free space in the data directory nothing more is written
///   (H2)
/// @param checkpointMillis how often H2's file is forced: how much the journal holds, and how long
///   a start after a crash takes
/// @param pageCacheBytes how much of H2's file is kept in memory
/// @param disk where H2's files are
/// @param migrating whether opening brings the schema up to date; commands that only look do not
public record DatabaseSettings(
    Location location,
    int readers,
    Duration connectionTimeout,
    Duration statementTimeout,
    Duration unknownPatience,
    long minimumFreeBytes,
    int checkpointMillis,
    long pageCacheBytes,
    boolean migrating,
    Disk disk) {
  static final long PAGE_CACHE_BYTES = 32L << 20;

  /// Which database.
  public sealed interface Location {}

  /// Embedded H2 in files of this directory, which is made if it does not exist.
  public record H2(Path directory) implements Location {}

  /// PostgreSQL 14 or later.
  ///
  /// @param url `jdbc:postgresql://host/database?currentSchema=...`
  public record PostgreSql(String url, String user, String password) implements Location {
    @Override
    public String toString() {
      return "PostgreSQL";
    }
  }

  public static DatabaseSettings of(Location location) {
    return new DatabaseSettings(
        location,
        10,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        64L << 20,
        1_500,
        PAGE_CACHE_BYTES,
        true,
        Disk.REAL);
  }

  public DatabaseSettings withReaders(int count) {
    return with(copy -> copy.readers = count);
  }

  /// For tests: forces more often, so that kills meet it.
  public DatabaseSettings withCheckpointMillis(int millis) {
    return with(copy -> copy.checkpointMillis = millis);
  }

  public DatabaseSettings withPageCacheBytes(long bytes) {
    return with(copy -> copy.pageCacheBytes = bytes);
  }

  /// Opens the database with the schema that it has.
  public DatabaseSettings asItIs() {
    return with(copy -> copy.migrating = false);
  }

  /// For tests: a disk that can fail.
  DatabaseSettings on(Disk other) {
    return with(copy -> copy.disk = other);
  }

  /// What can be set apart from the defaults.
  private static final class Copy {
    private int readers;
    private int checkpointMillis;
    private long pageCacheBytes;
    private boolean migrating;
    private Disk disk;

    Copy(DatabaseSettings of) {
      readers = of.readers;
      checkpointMillis = of.checkpointMillis;
      pageCacheBytes = of.pageCacheBytes;
      migrating = of.migrating;
      disk = of.disk;
    }
  }

  private DatabaseSettings with(Consumer<Copy> change) {
    var copy = new Copy(this);
    change.accept(copy);
    return new DatabaseSettings(
        location,
        copy.readers,
        connectionTimeout,
        statementTimeout,
        unknownPatience,
        minimumFreeBytes,
        copy.checkpointMillis,
        copy.pageCacheBytes,
        copy.migrating,
        copy.disk);
  }
}
