package org.hearth.e2ee.backup;

import java.util.ArrayList;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.backup.BackupChange.KeyStored;
import org.hearth.e2ee.backup.BackupChange.KeysDeleted;
import org.hearth.e2ee.backup.BackupChange.VersionCounted;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// The keys in backups.
public final class KeyBackups {
  private static final int MAX_KEYS = 10_000;
  private static final int MAX_SESSION_DATA = 65_536;
  private static final int MAX_SESSION_ID = 255;

  /// How many keys a version takes.
  private static final long MAX_STORED = 1_000_000;

  /// Answer to each change.
  public record Stored(String etag, long count) {}

  private final Ledger ledger;
  private final BackupStore store;
  private final UserLocks locks;

  public KeyBackups(Ledger ledger, BackupStore store, UserLocks locks) {
    this.ledger = ledger;
    this.store = store;
    this.locks = locks;
  }

  /// Stores each key that is new or better than what is there, all in one durable entry.
  ///
  /// Refuses with `M_WRONG_ROOM_KEYS_VERSION` (and `current_version`) unless the version is the
  /// current one, and with `M_NOT_FOUND` when there is none.
  public Outcome<Stored> put(UserId user, String version, Map<SessionRef, BackupKey> keys) {
    if (keys.size() > MAX_KEYS)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "Too many keys in one request");
    for (var entry : keys.entrySet()) {
      var sessionId = entry.getKey().sessionId();
      if (sessionId.isEmpty()
          || sessionId.length() > MAX_SESSION_ID
          || sessionId.indexOf('\0') >= 0)
        return Outcome.refused(ErrorCode.M_INVALID_PARAM, "A session ID takes 1 to 255 characters");
      if (entry.getValue().sessionData().toString().length() > MAX_SESSION_DATA)
        return Outcome.refused(ErrorCode.M_TOO_LARGE, "session_data is too large");
    }
    return locks.locked(user, () -> putLocked(user, version, new TreeMap<>(keys)));
  }

  private Outcome<Stored> putLocked(
      UserId user, String version, SortedMap<SessionRef, BackupKey> keys) {
    var current = store.current(user);
    if (current.isEmpty()) return Outcome.notFound("There is no backup to store keys in");
    var backup = current.get();
    var name = Long.toString(backup.version());
    if (!name.equals(version))
      return Outcome.refused(
          new Refusal(
              ErrorCode.M_WRONG_ROOM_KEYS_VERSION,
              "The backup's current version is another one",
              Map.of("current_version", name)));
    var ranks = store.ranks(user, backup.version(), keys.keySet());
    var changes = new ArrayList<Change>();
    long added = 0;
    for (var entry : keys.entrySet()) {
      var before = ranks.get(entry.getKey());
      if (before != null && !entry.getValue().rank().replaces(before)) continue;
      if (before == null) added++;
      changes.add(new KeyStored(user, backup.version(), entry.getKey(), entry.getValue()));
    }
    long count = backup.count() + added;
    if (count > MAX_STORED)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "The backup holds too many keys");
    return Outcome.done(write(user, backup, changes, count));
  }

  /// The selected keys of any version that is not deleted.
  public Outcome<SortedMap<SessionRef, BackupKey>> get(
      UserId user, String version, KeySelection selection) {
    return version(user, version)
        .then(
            backup -> {
              var keys = store.keys(user, backup.version(), selection);
              if (selection.sessionId().isPresent() && keys.isEmpty())
                return Outcome.notFound("There is no key of this session in the backup");
              return Outcome.done(keys);
            });
  }

  public Outcome<Stored> delete(UserId user, String version, KeySelection selection) {
    return locks.locked(
        user,
        () ->
            version(user, version)
                .map(
                    backup -> {
                      long gone = store.count(user, backup.version(), selection);
                      var changes = new ArrayList<Change>();
                      if (gone > 0) changes.add(new KeysDeleted(user, backup.version(), selection));
                      return write(user, backup, changes, backup.count() - gone);
                    }));
  }

  private Outcome<BackupVersion> version(UserId user, String version) {
    return BackupVersions.number(version)
        .flatMap(number -> store.version(user, number))
        .map(Outcome::done)
        .orElseGet(() -> Outcome.notFound("Unknown backup version"));
  }

  private Stored write(UserId user, BackupVersion backup, ArrayList<Change> changes, long count) {
    if (changes.isEmpty()) return new Stored(Long.toString(backup.etag()), backup.count());
    long etag = backup.etag() + 1;
    changes.add(new VersionCounted(user, backup.version(), etag, count));
    ledger.write(changes.toArray(Change[]::new));
    return new Stored(Long.toString(etag), count);
  }
}
