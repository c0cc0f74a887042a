package org.hearth.e2ee.keys;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.hearth.schemas.id.UserId;

/// What `/sync` tells a device about [its
/// keys](https://spec.matrix.org/v1.19/client-server-api/#e2e-extensions-to-sync).
public final class KeyCounts {
  private static final String USUAL = "signed_curve25519";
  private final KeyStore store;

  public KeyCounts(KeyStore store) {
    this.store = store;
  }

  /// `device_one_time_keys_count`: how many are left by algorithm. The usual algorithm is always
  /// named, also with 0: some clients take absence for "unknown".
  public SortedMap<String, Integer> oneTimeKeys(UserId user, String deviceId) {
    var counts = new TreeMap<>(store.oneTimeKeyCounts(user, deviceId));
    counts.putIfAbsent(USUAL, 0);
    return counts;
  }

  /// `device_unused_fallback_key_types`; say it also when empty, since clients take absence for a
  /// server without fallback keys.
  public SortedSet<String> unusedFallbackTypes(UserId user, String deviceId) {
    return store.unusedFallbackAlgorithms(user, deviceId);
  }
}
