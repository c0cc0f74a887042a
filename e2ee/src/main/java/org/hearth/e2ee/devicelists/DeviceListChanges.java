package org.hearth.e2ee.devicelists;

import java.util.SortedSet;
import java.util.TreeSet;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.schemas.id.UserId;

/// `device_lists` of `/sync` and the answer of
/// [/keys/changes](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges).
public final class DeviceListChanges {

  /// @param changed users whose keys the client must ask for again before it encrypts to them
  /// @param left users whose devices the client need not follow any more
  public record Changes(SortedSet<UserId> changed, SortedSet<UserId> left) {}

  private final DeviceListLog log;
  private final SharedRooms rooms;

  public DeviceListChanges(DeviceListLog log, SharedRooms rooms) {
    this.log = log;
    this.rooms = rooms;
  }

  /// What changed in `from < position <= to`: users who share a room with the user now, and changed
  /// their keys or began to share one; and those who share none any more. The user's own changes
  /// count too.
  public Changes between(UserId user, long from, long to) {
    return between(user, from, to, rooms.between(user, from, to));
  }

  /// @param sharing what [SharedRooms] says of the same positions, for those who asked already
  public Changes between(UserId user, long from, long to, SharedRooms.Changes sharing) {
    var touched = log.changed(user, from, to);
    var changed = new TreeSet<>(rooms.sharing(user, touched));
    if (touched.contains(user)) changed.add(user);
    changed.addAll(sharing.began());
    var left = new TreeSet<>(sharing.ended());
    left.remove(user);
    left.removeAll(changed);
    return new Changes(changed, left);
  }
}
