package org.hearth.storage.e2ee;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hearth.e2ee.devicelists.RemoteListStore;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Which device lists of remote users are cached.
public final class StoredRemoteLists implements RemoteListStore {
  private final Reader reader;

  public StoredRemoteLists(Database database) {
    this.reader = new Reader(database);
  }

  @Override
  public Map<UserId, RemoteList> lists(Collection<UserId> users) {
    var lists = new HashMap<UserId, RemoteList>();
    reader
        .in(
            "SELECT user_id, stream_id, fetched_at, stale_at FROM remote_device_list"
                + " WHERE user_id %s",
            users.stream().map(UserId::value).toList(),
            row ->
                new RemoteList(
                    new UserId(row.getString(1)), row.getLong(2), row.getLong(3), row.getLong(4)))
        .forEach(list -> lists.put(list.user(), list));
    return lists;
  }
}
