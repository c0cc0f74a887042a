package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.crosssigning.CrossSigningKeys;
import org.hearth.e2ee.crosssigning.CrossSigningStore;
import org.hearth.e2ee.crosssigning.KeySignature;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.schemas.id.UserId;

/// Puts together what is stored about users: keys and the signatures that somebody may see.
final class StoredKeys {
  private final KeyStore keys;
  private final CrossSigningStore crossSigning;
  private final LocalDevices devices;

  StoredKeys(KeyStore keys, CrossSigningStore crossSigning, LocalDevices devices) {
    this.keys = keys;
    this.crossSigning = crossSigning;
    this.devices = devices;
  }

  /// @param wanted device IDs by user, an empty list for all
  /// @param viewer whose private signatures and user-signing key may be seen; empty for a server
  /// @param withNames whether the display names of local devices may be seen
  void addTo(
      KeyQueryAnswer answer,
      Map<UserId, List<String>> wanted,
      Optional<UserId> viewer,
      boolean withNames) {
    if (wanted.isEmpty()) return;
    var users = wanted.keySet();
    var deviceKeys = keys.deviceKeys(users);
    var signing = crossSigning.keys(users);
    var signatures = signatures(users, viewer);
    wanted.forEach(
        (user, deviceIds) -> {
          var ofUser = signatures.getOrDefault(user, Map.of());
          var found = new TreeMap<String, ObjectNode>();
          deviceKeys
              .getOrDefault(user, new TreeMap<>())
              .forEach(
                  (deviceId, key) -> {
                    if (deviceIds.isEmpty() || deviceIds.contains(deviceId))
                      found.put(deviceId, signed(key, ofUser.getOrDefault(deviceId, List.of())));
                  });
          if (withNames && !found.isEmpty()) addNames(user, found);
          answer.deviceKeys().put(user, found);
          addCrossSigning(answer, user, signing.getOrDefault(user, CrossSigningKeys.NONE), ofUser);
          if (viewer.filter(user::equals).isPresent())
            signing
                .getOrDefault(user, CrossSigningKeys.NONE)
                .get(Usage.USER_SIGNING)
                .ifPresent(key -> answer.userSigningKeys().put(user, key));
        });
  }

  private static void addCrossSigning(
      KeyQueryAnswer answer,
      UserId user,
      CrossSigningKeys signing,
      Map<String, List<KeySignature>> signatures) {
    signing
        .get(Usage.MASTER)
        .ifPresent(
            key -> {
              var name = CrossSigningKeys.nameOf(key).orElse("");
              answer.masterKeys().put(user, signed(key, signatures.getOrDefault(name, List.of())));
            });
    signing.get(Usage.SELF_SIGNING).ifPresent(key -> answer.selfSigningKeys().put(user, key));
  }

  private void addNames(UserId user, SortedMap<String, ObjectNode> found) {
    devices
        .of(user)
        .forEach(
            (deviceId, name) ->
                found.computeIfPresent(
                    deviceId, (_, key) -> RemoteDeviceLists.withName(key, name.orElse(""))));
  }

  /// By item by user.
  private Map<UserId, Map<String, List<KeySignature>>> signatures(
      Collection<UserId> users, Optional<UserId> viewer) {
    var byUser = new HashMap<UserId, Map<String, List<KeySignature>>>();
    for (var signature : crossSigning.signatures(users, viewer)) {
      byUser
          .computeIfAbsent(signature.target(), _ -> new HashMap<>())
          .computeIfAbsent(signature.item(), _ -> new java.util.ArrayList<>())
          .add(signature);
    }
    return byUser;
  }

  private static ObjectNode signed(ObjectNode key, List<KeySignature> signatures) {
    if (signatures.isEmpty()) return key;
    var signed = key.deepCopy();
    for (var signature : signatures)
      signed
          .withObjectProperty("signatures")
          .withObjectProperty(signature.signer().value())
          .put(signature.signerKeyId(), signature.signature());
    return signed;
  }
}
