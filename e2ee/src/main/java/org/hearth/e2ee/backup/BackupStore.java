package org.hearth.e2ee.backup;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.hearth.schemas.id.UserId;

/// What is durable about key backups.
public interface BackupStore {

  /// @param deleted only the number is still known
  record Known(long version, boolean deleted) {}

  /// The highest number that the user's backups ever had; 0 without any.
  long newestNumber(UserId user);

  /// The version that is not deleted and has the highest number.
  Optional<BackupVersion> current(UserId user);

  Optional<Known> known(UserId user, long version);

  /// Empty when deleted.
  Optional<BackupVersion> version(UserId user, long version);

  /// Without the keys themselves; unknown sessions are absent.
  Map<SessionRef, BackupKey.Rank> ranks(UserId user, long version, Collection<SessionRef> sessions);

  SortedMap<SessionRef, BackupKey> keys(UserId user, long version, KeySelection selection);

  long count(UserId user, long version, KeySelection selection);
}
