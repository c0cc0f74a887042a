package org.hearth.e2ee.devicelists;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.id.UserId;

/// Which device lists of remote users are cached; the keys themselves are in
/// [org.hearth.e2ee.keys.KeyStore] and [org.hearth.e2ee.crosssigning.CrossSigningStore].
public interface RemoteListStore {

  /// @param streamId of the newest update that is in the list
  /// @param fetchedAt the ledger's position before the list was fetched; negative if it never was
  /// @param staleAt the position of the newest [RemoteListChange.RemoteListStale]; negative without
  record RemoteList(UserId user, long streamId, long fetchedAt, long staleAt) {}

  /// Users without a cached list are absent.
  Map<UserId, RemoteList> lists(Collection<UserId> users);

  default Optional<RemoteList> list(UserId user) {
    return Optional.ofNullable(lists(java.util.List.of(user)).get(user));
  }
}
