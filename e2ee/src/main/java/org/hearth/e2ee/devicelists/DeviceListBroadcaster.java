package org.hearth.e2ee.devicelists;

import java.util.ArrayList;
import java.util.List;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.e2ee.todevice.ToDeviceChange.DeviceListsBroadcast;
import org.hearth.e2ee.todevice.ToDeviceChange.EduQueued;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;

/// Tells other servers about [changed
/// devices](https://spec.matrix.org/v1.19/server-server-api/#device-management) and cross-signing
/// keys of our users: a follower of the log of device lists, with a durable cursor, that queues
/// EDUs for the servers that share a room with the user.
///
/// An EDU holds what is true when it is queued. Its `prev_id` is the line before; a server that
/// began to share a room in between does not know that one and asks for the whole list.
public final class DeviceListBroadcaster {
  private static final int LINES = 100;

  private final ServerName ownName;
  private final Ledger ledger;
  private final DeviceListLog log;
  private final ToDeviceStore cursor;
  private final DeviceListEdus edus;
  private final SharedRooms rooms;

  public DeviceListBroadcaster(
      ServerName ownName,
      Ledger ledger,
      DeviceListLog log,
      ToDeviceStore cursor,
      DeviceListEdus edus,
      SharedRooms rooms) {
    this.ownName = ownName;
    this.ledger = ledger;
    this.log = log;
    this.cursor = cursor;
    this.edus = edus;
    this.rooms = rooms;
  }

  /// Takes the next lines of the log. False if there are none. Called by one loop; wake it when a
  /// batch holds a [org.hearth.e2ee.keys.KeyChange.DeviceListChanged].
  public boolean step() {
    var lines = log.after(cursor.deviceListsBroadcast().orElse(0L), LINES);
    if (lines.isEmpty()) return false;
    var changes = new ArrayList<Change>();
    for (var line : lines) {
      if (!line.user().serverName().equals(ownName)) continue;
      var servers = rooms.serversSharing(line.user());
      if (!servers.isEmpty()) changes.addAll(edus(line, servers));
    }
    changes.add(new DeviceListsBroadcast(lines.getLast().position()));
    ledger.write(Entry.of(Lane.FEDERATION, changes));
    return true;
  }

  private List<Change> edus(DeviceListLog.Line line, Iterable<ServerName> servers) {
    boolean ofDevice = line.deviceId().isPresent();
    var type = ofDevice ? DeviceListEdus.DEVICE_LIST_UPDATE : DeviceListEdus.SIGNING_KEY_UPDATE;
    var content = ofDevice ? edus.deviceUpdate(line) : edus.signingKeys(line.user());
    var changes = new ArrayList<Change>();
    for (var server : servers) changes.add(new EduQueued(server, type, content));
    return changes;
  }
}
