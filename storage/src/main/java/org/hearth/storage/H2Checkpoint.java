package org.hearth.storage;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/// Forces H2's file and keeps what was forced from being overwritten until the next time.
///
/// H2 writes its file in chunks and never changes a chunk, but it reuses the space of chunks that
/// are no longer referenced, by their age, not by what was forced since. So a version of the store
/// is pinned before it is forced, and released only after the next one was forced and noted: at
/// each moment the file holds the complete version that the note names.
final class H2Checkpoint implements AutoCloseable {

  /// Rewrite chunks that are emptier than this, in percent, so that their space comes free.
  private static final int FILL_RATE = 70;

  /// Rewrite any chunks if less than this much of the file is used, in percent, so that what lies
  /// at its end moves into holes and the end can be cut off. Under load a file is half empty as a
  /// rule, and rewriting takes what the load needs.
  private static final int FILE_FILL_RATE = 25;

  /// The same while nothing is written.
  private static final int IDLE_FILE_FILL_RATE = 60;

  /// How many bytes one checkpoint may rewrite.
  private static final int REWRITE_BYTES = 8 << 20;

  /// The same while nothing is written: what a day of load left behind is gone within minutes.
  private static final int IDLE_REWRITE_BYTES = 32 << 20;

  private final H2Files files;
  private final Connection connection;
  private final MVStore store;
  private final MVMap<Long, Long> counter;
  private final long opened;
  private MVStore.TxCounter pin;

  /// Pins the version that H2 opened; so make it before anything is written.
  ///
  /// @param connection kept open, so that H2 stays open
  H2Checkpoint(H2Files files, Connection connection) throws SQLException {
    this.files = files;
    this.connection = connection;
    var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
    store = session.getDatabase().getStore().getMvStore();
    // H2 may have tidied up already while it opened, so until the first checkpoint it only appends.
    store.setReuseSpace(false);
    pin = store.registerVersionUsage();
    opened = pin.version;
    counter = store.openMap("hearth.checkpoint");
  }

  /// The version that H2 found in its file, or a later one if it wrote while it opened.
  long opened() {
    return opened;
  }

  /// Returns when everything committed before is forced.
  ///
  /// Throws [org.h2.mvstore.MVStoreException] when it could not be forced, which leaves open what
  /// the disk has; [IOException] when it could not be noted: then the last version that was noted
  /// stays the one that counts.
  ///
  /// @param idle whether nothing was written since the last time
  void take(boolean idle) throws IOException {
    boolean hollow = isHollow(idle ? IDLE_FILE_FILL_RATE : FILE_FILL_RATE);
    store.compact(hollow ? 100 : FILL_RATE, idle ? IDLE_REWRITE_BYTES : REWRITE_BYTES);
    var fresh = store.registerVersionUsage();
    long version;
    do {
      // Something to store, so that the commit has a version of its own. Another thread may store
      // it first; then once more.
      counter.put(0L, counter.getOrDefault(0L, 0L) + 1);
      version = store.commit();
    } while (version < 0);
    store.sync();
    try {
      CheckpointNote.now(version).write(files.disk(), files.directory());
    } catch (IOException e) {
      store.deregisterVersionUsage(fresh);
      throw e;
    }
    store.deregisterVersionUsage(pin);
    pin = fresh;
    store.setReuseSpace(true);
  }

  private boolean isHollow(int percent) {
    return store.getFileStore().getFillRate() < percent;
  }

  /// Whether further checkpoints may make the file smaller, though nothing is written: much of it
  /// is not used, as after a purge.
  boolean isWasteful() {
    return isHollow(IDLE_FILE_FILL_RATE) || store.getFileStore().getChunksFillRate() < FILL_RATE;
  }

  /// In bytes.
  long fileSize() {
    return store.getFileStore().size();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
