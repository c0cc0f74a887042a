package org.hearth.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk below an embedded H2 takes writes. While it does not, H2 waits where it is
/// ([PatientFile]), nothing more is taken from the ledger, and reading goes on.
final class DiskHealth implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DiskHealth.class);

  /// How long H2 waits before it tries a write again.
  private static final int PAUSE_MILLIS = 100;

  /// By the directory of the database: H2 makes its own file objects, so this is how they find
  /// theirs. As many as there are databases open.
  private static final Map<Path, DiskHealth> OPEN = new ConcurrentHashMap<>();

  private final Path directory;
  private volatile @Nullable String trouble;
  private volatile boolean leaving;

  private DiskHealth(Path directory) {
    this.directory = directory;
  }

  static DiskHealth watch(Path directory) throws IOException {
    var health = new DiskHealth(directory.toRealPath());
    OPEN.put(health.directory, health);
    return health;
  }

  /// Whose file this is; empty for files of databases that nobody watches.
  static Optional<DiskHealth> of(Path file) {
    return Optional.ofNullable(file.getParent()).map(OPEN::get);
  }

  /// Why nothing can be written; empty if all is well.
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  boolean leaving() {
    return leaving;
  }

  /// A write worked.
  void works() {
    if (trouble == null) return;
    trouble = null;
    log.info("The disk of {} takes writes again.", directory);
  }

  /// A write failed. Returns when it is time to try it again; throws if nobody waits any more.
  void failed(IOException e) throws IOException {
    if (trouble == null)
      log.error("The disk of {} takes no writes; waiting until it does.", directory, e);
    trouble = String.valueOf(e.getMessage());
    if (leaving) throw e;
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw e;
    }
    if (leaving) throw e;
  }

  /// Whether the system has made the disk read-only, as it does after errors of its own.
  static boolean isReadOnly(Throwable failure) {
    for (@Nullable Throwable e = failure; e != null; e = e.getCause()) {
      var message = e.getMessage();
      if (message != null && message.toLowerCase(Locale.ROOT).contains("read-only file system"))
        return true;
    }
    return false;
  }

  /// From now on writes that fail are not tried again: the database closes, and its journal has
  /// everything.
  void leave() {
    leaving = true;
  }

  @Override
  public void close() {
    OPEN.remove(directory, this);
  }
}
