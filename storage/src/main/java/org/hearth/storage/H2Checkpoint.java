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

  /// Rewrite chunks until this much of them is in use, in percent, so that their space comes free.
  private static final int FILL_RATE = 70;

  /// Rewrite any chunks if less than this much of the file is used, in percent, so that what lies
  /// at its end moves into holes and the end can be cut off. Under load a file is half empty as a
  /// rule, and rewriting takes what the load needs.
  private static final int FILE_FILL_RATE = 25;

  /// When a checkpoint is taken; it decides how much of what is in use is written anew.
  enum Moment {
    UNDER_LOAD(8 << 20),
    /// What a day of load left behind is gone within minutes.
    IDLE(32 << 20),
    /// Nothing is written afterwards.
    BEFORE_CLOSING(0);

    final int rewrites;

    Moment(int rewrites) {
      this.rewrites = rewrites;
    }
  }

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
  /// H2 learns only at the next commit which pages the one before has replaced, and forgets it when
  /// it closes: it would take them for used for ever. So it is forced twice then.
  void take(Moment moment) throws IOException {
    if (moment.rewrites > 0) rewrite(moment);
    force();
    if (moment == Moment.BEFORE_CLOSING) force();
  }

  /// A checkpoint that only forces what is there.
  void force() throws IOException {
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

  private void rewrite(Moment moment) {
    boolean any = moment == Moment.IDLE || store.getFileStore().getFillRate() < FILE_FILL_RATE;
    store.compact(any ? 100 : FILL_RATE, moment.rewrites);
  }

  /// How the file is used now.
  Shrinking.Usage usage() {
    var file = store.getFileStore();
    long taken = file.size() * file.getFillRate() / 100;
    return new Shrinking.Usage(file.size(), taken, taken * file.getChunksFillRate() / 100);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
