package org.hearth.engine.account;

import java.util.List;
import java.util.Set;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// Adds to what becomes of devices: keys, one-time keys, to-device messages and the lists of others
/// who follow them change in the same entry.
///
/// Called by the thread of the request, before the entry is appended; implementations decide, and
/// must not write themselves.
public interface DeviceListener {

  /// What else changes when these devices are removed.
  List<? extends Change> removing(UserId userId, Set<String> deviceIds);

  /// What else changes when a device is renamed.
  default List<? extends Change> renaming(UserId userId, String deviceId) {
    return List.of();
  }
}
