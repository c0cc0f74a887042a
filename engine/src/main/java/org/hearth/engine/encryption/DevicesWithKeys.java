package org.hearth.engine.encryption;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.e2ee.todevice.ToDeviceInbox;
import org.hearth.engine.account.DeviceListener;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// A device that goes takes its keys and its inbox along; others hear of it, and of a new name.
public final class DevicesWithKeys implements DeviceListener {

  @Override
  public List<Change> removing(UserId userId, Set<String> deviceIds) {
    var changes = new ArrayList<Change>();
    for (var deviceId : deviceIds) {
      changes.addAll(KeyUploads.forget(userId, deviceId));
      changes.addAll(ToDeviceInbox.forget(userId, deviceId));
    }
    return changes;
  }

  @Override
  public List<Change> renaming(UserId userId, String deviceId) {
    return KeyUploads.renamed(userId, deviceId);
  }
}
