package org.hearth.engine.presence;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// One user on the [PresenceBoard], under whose lock all of it is. A local user is as present as
/// the most present of their devices.
final class Person {
  /// "If their last active time was over a threshold value (e.g. 5 minutes)."
  static final Duration IDLE_AFTER = Duration.ofMinutes(5);

  /// Who has not asked for news for so long is gone.
  static final Duration OFFLINE_AFTER = Duration.ofSeconds(30);

  /// For how long after something was done a user counts as currently active.
  static final Duration ACTIVE_FOR = Duration.ofMinutes(1);

  private static final int MAX_DEVICES = 50;

  /// @see Person#devices
  static final class Device {
    /// What it said it is.
    PresenceState claim = PresenceState.OFFLINE;

    /// How many of its requests of /sync run.
    int requests;

    long seenMs;
  }

  final UserId userId;
  final boolean local;

  /// Of a local user: those that are connected.
  final Map<String, Device> devices = new TreeMap<>();

  PresenceState state = PresenceState.OFFLINE;
  @Nullable String statusMsg;
  long activeMs;
  boolean currentlyActive;

  /// Of the last change; 0 if there was none.
  long sequence;

  /// Of a user of another server: when that last said something.
  long heardMs;

  /// When other servers were last told.
  long toldMs;

  /// What is durable, or on its way to be.
  PresenceStore.@Nullable Noted noted;

  Person(UserId userId, boolean local) {
    this.userId = userId;
    this.local = local;
  }

  UserPresence now() {
    return new UserPresence(userId, state, statusMsg, activeMs, currentlyActive, sequence);
  }

  /// The device, new if it was not connected; null if too many are.
  @Nullable Device device(String deviceId) {
    var device = devices.get(deviceId);
    if (device != null) return device;
    if (devices.size() >= MAX_DEVICES) return null;
    var added = new Device();
    devices.put(deviceId, added);
    return added;
  }

  /// Works out the state from the devices; true if it changed.
  boolean settle(long nowMs) {
    devices.values().removeIf(d -> d.requests == 0 && nowMs - d.seenMs > OFFLINE_AFTER.toMillis());
    var next = PresenceState.OFFLINE;
    for (var device : devices.values()) if (device.claim.compareTo(next) > 0) next = device.claim;
    long idleMs = nowMs - activeMs;
    if (next == PresenceState.ONLINE && idleMs >= IDLE_AFTER.toMillis())
      next = PresenceState.UNAVAILABLE;
    boolean active = next == PresenceState.ONLINE && idleMs < ACTIVE_FOR.toMillis();
    if (next == state && active == currentlyActive) return false;
    state = next;
    currentlyActive = active;
    return true;
  }
}
