package org.hearth.e2ee.devicelists;

import java.util.List;
import org.hearth.e2ee.keys.DeviceListLinesForgotten;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;

/// Keeps the log of changed device lists as small as the number of users: of each user only the
/// newest line stays that everybody may notice, and the newest for each user who alone may.
///
/// That loses nothing. A token of /sync asks who changed after it: whoever changed before and again
/// is in the answer by the newer line. Lines that other servers have not been told yet stay, and so
/// does the line before them, which their `prev_id` names.
public final class DeviceListCompaction {
  /// Lines in one entry.
  private static final int LINES = 500;

  private final Ledger ledger;
  private final DeviceListLog log;
  private final ToDeviceStore cursor;

  public DeviceListCompaction(Ledger ledger, DeviceListLog log, ToDeviceStore cursor) {
    this.ledger = ledger;
    this.log = log;
    this.cursor = cursor;
  }

  /// Removes some lines. False if there is nothing to remove. Call it every hour or so until then.
  public boolean step() {
    var lines = log.superseded(cursor.deviceListsBroadcast().orElse(0L), LINES);
    if (lines.isEmpty()) return false;
    ledger.write(Entry.of(Lane.BULK, List.of(new DeviceListLinesForgotten(lines))));
    return lines.size() == LINES;
  }
}
