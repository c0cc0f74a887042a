package org.hearth.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeysRotated;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.server.config.Config;
import org.hearth.storage.Storage;
import org.hearth.storage.sealing.StoredSealingKeys;

/// Replaces the master key and the root keys while the server runs. Each step leaves the disk in a
/// state from which a start goes on: nothing is remembered but in the files and in the rows.
///
/// First the new master key gets a file of its own, then the root keys are sealed under both, then
/// the new key takes the place of the old one, and then the old one opens nothing any more. After
/// that every key is wrapped by the new root key, a portion at a time, and the journal begins anew;
/// at last the old root keys are destroyed.
final class KeyRotation {
  /// How many keys one entry of the ledger wraps anew.
  private static final int PORTION = 200;

  /// What has just become durable, for tests that stop there.
  enum Step {
    MASTER_KEY_MADE,
    BOTH_MASTER_KEYS_OPEN,
    OLD_MASTER_KEY_KEPT,
    MASTER_KEY_REPLACED,
    OLD_MASTER_KEY_USELESS,
    PORTION_WRAPPED,
    JOURNAL_RENEWED,
    OLD_ROOT_KEYS_GONE
  }

  @FunctionalInterface
  interface Witness {
    void after(Step step);
  }

  /// @param file of the master key; empty if the server cannot replace it, because it comes from
  ///   somewhere else
  /// @param recovery writes the copies for who can bring the master key back
  record Places(Optional<Path> file, RootKeyFile roots, RecoveryCopy recovery) {}

  private final Places places;
  private final Storage storage;
  private final StoredSealingKeys stored;
  private final Ledger ledger;
  private final SecureRandom random;
  private final Witness witness;
  private final AtomicLong wrapped = new AtomicLong();

  /// One rotation at a time; held for as long as it takes, by its thread only.
  private final ReentrantLock lock = new ReentrantLock();

  private volatile MasterKey master;
  private volatile boolean stopping;

  KeyRotation(
      MasterKey master,
      Places places,
      Storage storage,
      Ledger ledger,
      SecureRandom random,
      Witness witness) {
    this.master = master;
    this.places = places;
    this.storage = storage;
    this.stored = new StoredSealingKeys(storage.database());
    this.ledger = ledger;
    this.random = random;
    this.witness = witness;
  }

  /// Of a running server.
  static KeyRotation of(Basics basics, Witness witness) {
    var from = basics.config().masterKey();
    return new KeyRotation(
        basics.keys().masterKey(),
        new Places(
            from.source() == Config.MasterKeySource.FILE
                ? Optional.of(from.path())
                : Optional.empty(),
            basics.keys().roots(),
            basics.keys().recovery()),
        basics.storage(),
        basics.ledger(),
        basics.random(),
        witness);
  }

  /// The present one.
  MasterKey master() {
    return master;
  }

  /// The present master key's name for people, and how far wrapping anew has come.
  record Progress(String masterKey, int rootKey, boolean rotating, long wrapped) {}

  Progress progress() {
    return new Progress(
        master.fingerprint(),
        places.roots().keys().current(),
        lock.isLocked() || places.roots().keys().rotating(),
        wrapped.get());
  }

  /// Whether the server can replace the master key itself.
  boolean ownsMasterKey() {
    return places.file().isPresent();
  }

  /// Whether keys were destroyed under the present root keys, or those before.
  boolean due() {
    return stored.destroyedUnder(places.roots().keys().current());
  }

  /// Whether the last rotation was interrupted.
  boolean unfinished() {
    return places.roots().keys().rotating()
        || places.file().map(this::fresh).filter(Files::exists).isPresent();
  }

  /// Goes on with what was interrupted.
  void resume() throws IOException {
    rotate(places.file().map(this::fresh).filter(Files::exists).isPresent());
  }

  /// Returns when it is done. Throws [LedgerException] or [IOException] where it had to stop; then
  /// calling it again goes on.
  ///
  /// @param masterToo whether the master key is replaced as well
  void rotate(boolean masterToo) throws IOException {
    lock.lock();
    try {
      if (stopping) return;
      var path = masterToo ? places.file() : Optional.<Path>empty();
      if (path.isPresent()) replaceMasterKey(path.get());
      else begin(List.of(master));
      wrapEverything();
      renewJournal();
      finish();
    } finally {
      lock.unlock();
    }
  }

  private void replaceMasterKey(Path file) throws IOException {
    var waiting = fresh(file);
    if (!Files.exists(waiting))
      DataDirectory.replaceSecret(waiting, MasterKey.random(random).text());
    witness.after(Step.MASTER_KEY_MADE);
    var next = MasterKey.parse(Files.readString(waiting));
    var old = master;
    places.recovery().write(List.of(old, next));
    begin(List.of(old, next));
    witness.after(Step.BOTH_MASTER_KEYS_OPEN);
    // Backups that were made before need it.
    DataDirectory.replaceSecret(kept(file, old), old.text());
    witness.after(Step.OLD_MASTER_KEY_KEPT);
    DataDirectory.rename(waiting, file);
    master = next;
    witness.after(Step.MASTER_KEY_REPLACED);
    places.roots().replace(places.roots().keys(), List.of(next));
    places.recovery().write(List.of(next));
    witness.after(Step.OLD_MASTER_KEY_USELESS);
  }

  /// New keys of each kind, in the file before they are used.
  private void begin(List<MasterKey> masters) throws IOException {
    var begun = places.roots().keys().begun(random);
    places.roots().replace(begun, masters);
    storage.sealing().wrapBy(begun);
    wrapped.set(0);
  }

  private void wrapEverything() {
    for (var portion = storage.sealing().rewrapped(PORTION);
        portion.isPresent();
        portion = storage.sealing().rewrapped(PORTION)) {
      if (stopping) throw new UncheckedIOException(new IOException("The server is stopping."));
      ledger.write(Entry.of(Lane.BULK, portion.get()));
      wrapped.addAndGet(portion.get().size());
      witness.after(Step.PORTION_WRAPPED);
    }
  }

  private void renewJournal() throws IOException {
    if (!storage.renewJournal(places.roots().keys().journals()))
      throw new IOException("The journal could not begin anew; look at the disk.");
    witness.after(Step.JOURNAL_RENEWED);
  }

  private void finish() throws IOException {
    var finished = places.roots().keys().finished();
    places.roots().replace(finished, List.of(master));
    storage.sealing().wrapBy(finished);
    witness.after(Step.OLD_ROOT_KEYS_GONE);
    ledger.write(Entry.of(Lane.BULK, List.of(new RootKeysRotated(finished.current()))));
  }

  /// Ends a rotation at its next portion, and returns when it has ended; the next start goes on
  /// with it.
  void stop() {
    stopping = true;
    lock.lock();
    lock.unlock();
  }

  private Path fresh(Path file) {
    return file.resolveSibling(file.getFileName() + ".next");
  }

  /// Named after the key, so that no later one overwrites it.
  static Path kept(Path file, MasterKey key) {
    return file.resolveSibling(file.getFileName() + "." + key.fingerprint());
  }
}
