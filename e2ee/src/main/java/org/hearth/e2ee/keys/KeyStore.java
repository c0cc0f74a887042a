package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.hearth.schemas.id.UserId;

/// What is durable about the keys of devices, of local users and of cached remote ones. JSON that
/// is handed out must not be changed.
public interface KeyStore {

  /// @param claimed handed out; only its name is still known
  record KnownKey(OneTimeKey key, boolean claimed) {}

  /// @param used handed out at least once
  record FallbackKey(OneTimeKey key, boolean used) {}

  Optional<ObjectNode> deviceKeys(UserId user, String deviceId);

  /// The keys of all devices of these users that have some; users without are absent.
  Map<UserId, SortedMap<String, ObjectNode>> deviceKeys(Collection<UserId> users);

  /// Those of the one-time keys with these names (`algorithm:id`) that are known, claimed ones too.
  List<KnownKey> oneTimeKeys(UserId user, String deviceId, Collection<String> names);

  /// The one-time keys that are next in upload order, at most one for each device asked for.
  ///
  /// @param algorithms by device ID
  Map<String, OneTimeKey> nextOneTimeKeys(UserId user, Map<String, String> algorithms);

  /// How many one-time keys are left, by algorithm; algorithms without any are absent.
  SortedMap<String, Integer> oneTimeKeyCounts(UserId user, String deviceId);

  /// How many handed out keys are still known by name, and up to which upload position all but the
  /// newest `keep` of them were uploaded; empty when there are not more than `keep`.
  Optional<Long> claimedBeyond(UserId user, String deviceId, int keep);

  Optional<FallbackKey> fallbackKey(UserId user, String deviceId, String algorithm);

  /// Algorithms with a fallback key that was not handed out yet.
  SortedSet<String> unusedFallbackAlgorithms(UserId user, String deviceId);
}
