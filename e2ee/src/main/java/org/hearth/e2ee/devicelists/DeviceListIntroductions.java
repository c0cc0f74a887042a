package org.hearth.e2ee.devicelists;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.Meetings;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.e2ee.keys.DeviceListLog.Line;
import org.hearth.e2ee.todevice.ToDeviceChange.DeviceListsIntroduced;
import org.hearth.e2ee.todevice.ToDeviceChange.EduQueued;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.UserId;

/// Tells servers about the devices of our users with whom they come to share a room: "Servers must
/// send `m.device_list_update` EDUs ... when that user joins a room which contains servers which
/// are not already receiving updates for that user's device list" ([device
/// management](https://spec.matrix.org/v1.19/server-server-api/#device-management)). The same holds
/// when the server is the one that joins.
///
/// A follower of the rooms' memberships with a durable cursor. One update for each user is enough:
/// the other server does not know its `prev_id`, or finds none, and asks for the whole list. After
/// a crash some are told once more, under the same `stream_id`.
public final class DeviceListIntroductions {
  /// Changes of membership that are looked at in one step.
  private static final int MEMBERSHIPS = 50;

  /// EDUs in one entry, so that a join to a room of many servers delays nobody.
  private static final int SLICE = 200;

  private final Ledger ledger;
  private final Meetings meetings;
  private final DeviceListLog log;
  private final LocalDevices devices;
  private final ToDeviceStore store;
  private final DeviceListEdus edus;

  public DeviceListIntroductions(
      Ledger ledger,
      Meetings meetings,
      DeviceListLog log,
      LocalDevices devices,
      ToDeviceStore store,
      DeviceListEdus edus) {
    this.ledger = ledger;
    this.meetings = meetings;
    this.log = log;
    this.devices = devices;
    this.store = store;
    this.edus = edus;
  }

  /// Takes the next changes of membership. False if there are none. Called by one loop; wake it
  /// when members come.
  public boolean step() {
    long from = cursor();
    var page = meetings.after(from, MEMBERSHIPS);
    if (page.upTo() <= from) return false;
    var changes = new ArrayList<Change>();
    for (var meeting : page.meetings()) {
      var line = line(meeting.user(), page.upTo());
      if (line.isEmpty()) continue;
      var content = edus.deviceUpdate(line.get());
      for (var server : meeting.servers()) {
        changes.add(new EduQueued(server, DeviceListEdus.DEVICE_LIST_UPDATE, content));
        if (changes.size() == SLICE) {
          ledger.write(Entry.of(Lane.BULK, List.copyOf(changes)));
          changes.clear();
        }
      }
    }
    changes.add(new DeviceListsIntroduced(page.upTo()));
    ledger.write(Entry.of(Lane.BULK, List.copyOf(changes)));
    return true;
  }

  /// Before the first step, what the log of device lists was told up to stands for it: databases
  /// that are older than this follower begin there.
  private long cursor() {
    return store.deviceListsIntroduced().or(store::deviceListsBroadcast).orElse(0L);
  }

  /// The user's newest line with a device. Devices without keys have none: then any of them stands
  /// for the list, under a position that no line has.
  private Optional<Line> line(UserId user, long position) {
    return log.newestLine(user)
        .or(
            () ->
                devices.of(user).keySet().stream()
                    .findFirst()
                    .map(
                        device ->
                            new Line(position, user, Optional.of(device), OptionalLong.empty())));
  }
}
