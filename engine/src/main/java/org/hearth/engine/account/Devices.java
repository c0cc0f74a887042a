package org.hearth.engine.account;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// [Devices](https://spec.matrix.org/v1.19/client-server-api/#device-management) of local users.
public final class Devices {
  /// Longest name of a device, in characters.
  public static final int MAX_NAME = 100;

  private final AccountStore store;
  private final Ledger ledger;
  private final List<DeviceListener> listeners;

  public Devices(AccountStore store, Ledger ledger, List<DeviceListener> listeners) {
    this.store = store;
    this.ledger = ledger;
    this.listeners = List.copyOf(listeners);
  }

  /// All devices of a user, by device ID.
  public List<Device> of(UserId userId) {
    return store.devices(userId);
  }

  /// One device.
  public Optional<Device> find(UserId userId, String deviceId) {
    return store.device(userId, deviceId);
  }

  /// Gives a device a name. `M_NOT_FOUND` if it does not exist, `M_INVALID_PARAM` if the name is
  /// too long.
  public Outcome<Device> rename(UserId userId, String deviceId, String displayName) {
    Optional<Device> device = store.device(userId, deviceId);
    if (device.isEmpty()) {
      return Outcome.notFound("No such device");
    }
    if (displayName.length() > MAX_NAME) {
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "A device's name may have " + MAX_NAME + " characters");
    }
    var changes = new ArrayList<Change>();
    changes.add(new AccountChange.DeviceSaved(userId, deviceId, displayName));
    listeners.forEach(listener -> changes.addAll(listener.renaming(userId, deviceId)));
    ledger.write(changes.toArray(Change[]::new));
    Device before = device.get();
    return Outcome.done(
        new Device(userId, deviceId, displayName, before.lastSeenIp(), before.lastSeenMs()));
  }

  /// Removes devices, with their tokens, keys and messages that wait for them. Those that do not
  /// exist are passed over.
  public void remove(UserId userId, Set<String> deviceIds) {
    var existing = new LinkedHashSet<String>();
    store.devices(userId).stream()
        .map(Device::deviceId)
        .filter(deviceIds::contains)
        .forEach(existing::add);
    if (existing.isEmpty()) {
      return;
    }
    ledger.write(removal(userId, existing).toArray(Change[]::new));
  }

  /// Removes all devices of a user but one.
  public void removeAllBut(UserId userId, String kept) {
    var others = new LinkedHashSet<String>();
    store.devices(userId).stream()
        .map(Device::deviceId)
        .filter(id -> !id.equals(kept))
        .forEach(others::add);
    remove(userId, others);
  }

  /// Removes all devices of a user.
  public void removeAll(UserId userId) {
    var all = new LinkedHashSet<String>();
    store.devices(userId).forEach(device -> all.add(device.deviceId()));
    remove(userId, all);
  }

  /// The changes that removing these devices takes, for an entry that does more.
  List<Change> removal(UserId userId, Set<String> deviceIds) {
    var changes = new ArrayList<Change>();
    if (!deviceIds.isEmpty()) {
      changes.add(new AccountChange.DevicesRemoved(userId, deviceIds));
      listeners.forEach(listener -> changes.addAll(listener.removing(userId, deviceIds)));
    }
    return changes;
  }
}
