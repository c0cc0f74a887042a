package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.hearth.e2ee.Signed;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.keys.KeyChange.ClaimedKeysForgotten;
import org.hearth.e2ee.keys.KeyChange.DeviceKeysForgotten;
import org.hearth.e2ee.keys.KeyChange.DeviceKeysStored;
import org.hearth.e2ee.keys.KeyChange.DeviceListChanged;
import org.hearth.e2ee.keys.KeyChange.FallbackKeyStored;
import org.hearth.e2ee.keys.KeyChange.IdentityReplaced;
import org.hearth.e2ee.keys.KeyChange.OneTimeKeysAdded;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Publishing keys](https://spec.matrix.org/v1.19/client-server-api/#uploading-keys).
public final class KeyUploads {
  private static final int MAX_KEYS_PER_UPLOAD = 1_000;
  private static final int MAX_KEYS_PER_ALGORITHM = 5_000;
  private static final int MAX_KEY_BYTES = 4_096;
  private static final int MAX_NAME = 255;

  /// How many names of handed out keys stay known for each device.
  private static final int REMEMBERED = 1_000;

  private final Ledger ledger;
  private final KeyStore store;
  private final KeyCounts counts;
  private final UserLocks locks;

  public KeyUploads(Ledger ledger, KeyStore store, UserLocks locks) {
    this.ledger = ledger;
    this.store = store;
    this.counts = new KeyCounts(store);
    this.locks = locks;
  }

  /// Publishes what is new, all or nothing, and answers how many one-time keys are left by
  /// algorithm. What is already there may be uploaded again.
  ///
  /// Refuses device keys of somebody else, or not signed by the device; and a one-time key whose
  /// name is taken by a different key.
  public Outcome<SortedMap<String, Integer>> upload(
      UserId user, String deviceId, KeyUpload upload) {
    var problem = problem(user, deviceId, upload);
    if (problem.isPresent()) return Outcome.refused(problem.get());
    return locks.locked(user, () -> uploadLocked(user, deviceId, upload));
  }

  /// What goes when a device goes; belongs into the entry that deletes the device.
  public static List<Change> forget(UserId user, String deviceId) {
    return List.of(
        new DeviceKeysForgotten(user, deviceId), DeviceListChanged.device(user, deviceId));
  }

  /// What belongs into the entry that gives a device a new display name.
  public static List<Change> renamed(UserId user, String deviceId) {
    return List.of(DeviceListChanged.device(user, deviceId));
  }

  private Outcome<SortedMap<String, Integer>> uploadLocked(
      UserId user, String deviceId, KeyUpload upload) {
    var changes = new ArrayList<Change>();
    boolean newIdentity = deviceKeys(user, deviceId, upload.deviceKeys(), changes);
    var refusal = oneTimeKeys(user, deviceId, upload.oneTimeKeys(), newIdentity, changes);
    if (refusal.isPresent()) return Outcome.refused(refusal.get());
    fallbackKeys(user, deviceId, upload.fallbackKeys(), newIdentity, changes);
    if (!changes.isEmpty()) ledger.write(changes.toArray(Change[]::new));
    return Outcome.done(counts.oneTimeKeys(user, deviceId));
  }

  /// True if the device has other identity keys from now on.
  private boolean deviceKeys(
      UserId user, String deviceId, @Nullable ObjectNode keys, List<Change> changes) {
    if (keys == null) return false;
    var stored = store.deviceKeys(user, deviceId);
    if (stored.isPresent() && stored.get().equals(keys)) return false;
    boolean newIdentity =
        stored.isPresent() && !stored.get().path("keys").equals(keys.path("keys"));
    if (newIdentity) changes.add(new IdentityReplaced(user, deviceId));
    changes.add(new DeviceKeysStored(user, deviceId, keys));
    changes.add(DeviceListChanged.device(user, deviceId));
    return newIdentity;
  }

  private Optional<Refusal> oneTimeKeys(
      UserId user,
      String deviceId,
      Map<String, JsonNode> uploaded,
      boolean newIdentity,
      List<Change> changes) {
    if (uploaded.isEmpty()) return Optional.empty();
    var known = new HashMap<String, KeyStore.KnownKey>();
    if (!newIdentity) {
      for (var key : store.oneTimeKeys(user, deviceId, uploaded.keySet()))
        known.put(key.key().name(), key);
    }
    var added = new ArrayList<OneTimeKey>();
    for (var entry : uploaded.entrySet()) {
      var key = parse(entry.getKey(), entry.getValue());
      var before = known.get(key.name());
      if (before == null) added.add(key);
      else if (!sameKey(before.key().key(), key.key())) return Optional.of(taken(key.name()));
    }
    if (added.isEmpty()) return Optional.empty();
    if (!newIdentity && tooMany(user, deviceId, added))
      return Optional.of(
          new Refusal(ErrorCode.M_TOO_LARGE, "This device has enough one-time keys already"));
    changes.add(new OneTimeKeysAdded(user, deviceId, added));
    store
        .claimedBeyond(user, deviceId, REMEMBERED)
        .ifPresent(upTo -> changes.add(new ClaimedKeysForgotten(user, deviceId, upTo)));
    return Optional.empty();
  }

  private boolean tooMany(UserId user, String deviceId, List<OneTimeKey> added) {
    int held =
        store.oneTimeKeyCounts(user, deviceId).values().stream().mapToInt(Integer::intValue).sum();
    return held + added.size() > MAX_KEYS_PER_ALGORITHM;
  }

  private void fallbackKeys(
      UserId user,
      String deviceId,
      Map<String, JsonNode> uploaded,
      boolean newIdentity,
      List<Change> changes) {
    for (var entry : uploaded.entrySet()) {
      var key = parse(entry.getKey(), entry.getValue());
      var before = store.fallbackKey(user, deviceId, key.algorithm());
      boolean same =
          !newIdentity
              && before.isPresent()
              && before.get().key().keyId().equals(key.keyId())
              && sameKey(before.get().key().key(), key.key());
      if (!same)
        changes.add(new FallbackKeyStored(user, deviceId, key.algorithm(), key.keyId(), key.key()));
    }
  }

  private static Optional<Refusal> problem(UserId user, String deviceId, KeyUpload upload) {
    var keys = upload.deviceKeys();
    if (keys != null) {
      var refusal = DeviceKeysCheck.refusal(user, deviceId, keys);
      if (refusal.isPresent()) return refusal;
    }
    if (upload.oneTimeKeys().size() + upload.fallbackKeys().size() > MAX_KEYS_PER_UPLOAD)
      return Optional.of(new Refusal(ErrorCode.M_TOO_LARGE, "Too many keys in one request"));
    var all = new LinkedHashMap<>(upload.oneTimeKeys());
    all.putAll(upload.fallbackKeys());
    for (var entry : all.entrySet()) {
      var problem = keyProblem(entry.getKey(), entry.getValue());
      if (problem.isPresent())
        return problem.map(why -> new Refusal(ErrorCode.M_INVALID_PARAM, why));
    }
    var algorithms = new HashSet<String>();
    for (var name : upload.fallbackKeys().keySet()) {
      if (!algorithms.add(name.substring(0, name.indexOf(':'))))
        return Optional.of(
            new Refusal(
                ErrorCode.M_INVALID_PARAM, "There can be only one fallback key per algorithm"));
    }
    return Optional.empty();
  }

  private static Optional<String> keyProblem(String name, JsonNode key) {
    int colon = name.indexOf(':');
    if (colon <= 0 || colon == name.length() - 1 || name.length() > MAX_NAME)
      return Optional.of("A key must be named <algorithm>:<key_id>");
    if (name.indexOf('\0') >= 0) return Optional.of("A key's name must be plain text");
    boolean good =
        key.isTextual()
            || key.isObject() && key.path("key").isTextual() && key.path("signatures").isObject();
    if (!good)
      return Optional.of("A key must be a text, or an object with key and signatures: " + name);
    if (key.toString().length() > MAX_KEY_BYTES) return Optional.of("The key is too long: " + name);
    return Optional.empty();
  }

  private static OneTimeKey parse(String name, JsonNode key) {
    int colon = name.indexOf(':');
    return new OneTimeKey(name.substring(0, colon), name.substring(colon + 1), key);
  }

  /// Signatures may differ between two attempts to upload one key.
  private static boolean sameKey(JsonNode a, JsonNode b) {
    if (a instanceof ObjectNode first && b instanceof ObjectNode second)
      return Signed.sameContent(first, second);
    return a.equals(b);
  }

  private static Refusal taken(String name) {
    return new Refusal(
        ErrorCode.M_INVALID_PARAM, "One time key " + name + " already exists with another value");
  }
}
