package org.hearth.e2ee.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.backup.BackupChange.AuthDataReplaced;
import org.hearth.e2ee.backup.BackupChange.BackupsForgotten;
import org.hearth.e2ee.backup.BackupChange.VersionCreated;
import org.hearth.e2ee.backup.BackupChange.VersionDeleted;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// Versions of a user's key backup. The newest one that is not deleted is the current one; only it
/// takes keys.
public final class BackupVersions {
  private static final int MAX_ALGORITHM = 255;
  private static final int MAX_AUTH_DATA = 65_536;

  private final Ledger ledger;
  private final BackupStore store;
  private final UserLocks locks;

  public BackupVersions(Ledger ledger, BackupStore store, UserLocks locks) {
    this.ledger = ledger;
    this.store = store;
    this.locks = locks;
  }

  /// Starts a new version, which becomes the current one. Answers its name.
  public Outcome<String> create(UserId user, String algorithm, ObjectNode authData) {
    if (algorithm.isEmpty() || algorithm.length() > MAX_ALGORITHM)
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "algorithm must be a short name");
    if (authData.toString().length() > MAX_AUTH_DATA)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "auth_data is too large");
    return locks.locked(
        user,
        () -> {
          long version = store.newestNumber(user) + 1;
          ledger.write(new VersionCreated(user, version, algorithm, authData));
          return Outcome.done(Long.toString(version));
        });
  }

  public Outcome<BackupVersion> current(UserId user) {
    return orNotFound(store.current(user), "No current backup version");
  }

  public Outcome<BackupVersion> get(UserId user, String version) {
    return orNotFound(
        number(version).flatMap(number -> store.version(user, number)), "Unknown backup version");
  }

  /// Replaces `auth_data`; the algorithm stays.
  ///
  /// @param versionInBody must be the same version, if present
  public Outcome<Boolean> update(
      UserId user,
      String version,
      String algorithm,
      ObjectNode authData,
      Optional<String> versionInBody) {
    if (authData.toString().length() > MAX_AUTH_DATA)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "auth_data is too large");
    return locks.locked(
        user,
        () ->
            get(user, version)
                .then(
                    stored -> {
                      if (versionInBody.filter(other -> !other.equals(version)).isPresent())
                        return Outcome.refused(
                            ErrorCode.M_INVALID_PARAM, "version differs from the one in the path");
                      if (!stored.algorithm().equals(algorithm))
                        return Outcome.refused(
                            ErrorCode.M_INVALID_PARAM, "Algorithm does not match");
                      ledger.write(new AuthDataReplaced(user, stored.version(), authData));
                      return Outcome.done(true);
                    }));
  }

  /// Deletes the version with its keys. "If the backup was previously deleted, the call should
  /// succeed": then nothing happens.
  public Outcome<Boolean> delete(UserId user, String version) {
    return locks.locked(
        user,
        () -> {
          var known = number(version).flatMap(number -> store.known(user, number));
          if (known.isEmpty()) return Outcome.notFound("Unknown backup version");
          if (known.get().deleted()) return Outcome.done(false);
          ledger.write(new VersionDeleted(user, known.get().version()));
          return Outcome.done(true);
        });
  }

  /// What goes when an account goes.
  public static List<Change> forgetAll(UserId user) {
    return List.of(new BackupsForgotten(user));
  }

  /// A version's name is its number, written plainly.
  static Optional<Long> number(String version) {
    boolean good =
        !version.isEmpty()
            && version.length() <= 18
            && version.chars().allMatch(c -> c >= '0' && c <= '9')
            && version.charAt(0) != '0';
    return good ? Optional.of(Long.parseLong(version)) : Optional.empty();
  }

  private static <T> Outcome<T> orNotFound(Optional<T> value, String message) {
    return value.map(Outcome::done).orElseGet(() -> Outcome.notFound(message));
  }
}
