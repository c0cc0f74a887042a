package org.hearth.e2ee.crosssigning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.hearth.e2ee.Signed;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.crosssigning.CrossSigningChange.SignatureStored;
import org.hearth.e2ee.keys.KeyChange.DeviceListChanged;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// [Uploading
/// signatures](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload).
/// A user may sign its own devices (self-signing key), its own master key (a device), and other
/// users' master keys (user-signing key).
public final class SignatureUploads {
  private final Ledger ledger;
  private final CrossSigningStore store;
  private final KeyStore devices;
  private final UserLocks locks;
  private final Function<UserId, Optional<ObjectNode>> masterKeys;

  /// @param masterKeys the current master key of any user, asked of its server if it must be
  public SignatureUploads(
      Ledger ledger,
      CrossSigningStore store,
      KeyStore devices,
      UserLocks locks,
      Function<UserId, Optional<ObjectNode>> masterKeys) {
    this.ledger = ledger;
    this.store = store;
    this.devices = devices;
    this.locks = locks;
    this.masterKeys = masterKeys;
  }

  /// Stores what is good; answers what is not, by item by user.
  ///
  /// @param signed objects with new `signatures`, by device ID or public key by user
  public SortedMap<UserId, SortedMap<String, Refusal>> upload(
      UserId signer, Map<UserId, Map<String, ObjectNode>> signed) {
    var others = new TreeMap<UserId, ObjectNode>();
    for (var target : signed.keySet()) {
      // Before locking: this may ask another server.
      if (!target.equals(signer))
        masterKeys.apply(target).ifPresent(key -> others.put(target, key));
    }
    return locks.locked(signer, () -> new Upload(signer, others).run(signed));
  }

  /// One request.
  private final class Upload {
    private final UserId signer;
    private final Map<UserId, ObjectNode> others;
    private final CrossSigningKeys own;
    private final LinkedHashSet<Change> changes = new LinkedHashSet<>();
    private final SortedMap<UserId, SortedMap<String, Refusal>> failures = new TreeMap<>();

    Upload(UserId signer, Map<UserId, ObjectNode> others) {
      this.signer = signer;
      this.others = others;
      this.own = store.keys(signer);
    }

    SortedMap<UserId, SortedMap<String, Refusal>> run(Map<UserId, Map<String, ObjectNode>> signed) {
      signed.forEach(
          (target, items) ->
              items.forEach(
                  (item, object) ->
                      check(target, item, object)
                          .ifPresent(
                              refusal ->
                                  failures
                                      .computeIfAbsent(target, _ -> new TreeMap<>())
                                      .put(item, refusal))));
      if (!changes.isEmpty()) ledger.write(changes.toArray(Change[]::new));
      return failures;
    }

    private Optional<Refusal> check(UserId target, String item, ObjectNode object) {
      if (!target.equals(signer)) return checkOther(target, item, object);
      var master = own.get(Usage.MASTER).filter(key -> isNamed(key, item));
      if (master.isPresent()) return checkOwnMaster(item, object, master.get());
      return devices
          .deviceKeys(signer, item)
          .map(keys -> checkOwnDevice(item, object, keys))
          .orElseGet(() -> Optional.of(unknown()));
    }

    private Optional<Refusal> checkOwnDevice(String deviceId, ObjectNode object, ObjectNode keys) {
      if (!Signed.sameContent(object, keys)) return Optional.of(different());
      var selfSigning = own.publicKey(Usage.SELF_SIGNING);
      if (selfSigning.isEmpty()) return Optional.of(noKey(Usage.SELF_SIGNING));
      var refusal = take(object, List.of(selfSigning.get()), signer, deviceId);
      if (refusal.isEmpty()) changes.add(DeviceListChanged.device(signer, deviceId));
      return refusal;
    }

    private Optional<Refusal> checkOwnMaster(String item, ObjectNode object, ObjectNode master) {
      if (!Signed.sameContent(object, master)) return Optional.of(different());
      var keys = new ArrayList<VerifyKey>();
      for (var name : object.path("signatures").path(signer.value()).properties()) {
        var deviceId = name.getKey().replaceFirst("^ed25519:", "");
        devices
            .deviceKeys(signer, deviceId)
            .flatMap(found -> Signed.key(found, deviceId))
            .ifPresent(keys::add);
      }
      var refusal = take(object, keys, signer, item);
      if (refusal.isEmpty()) changes.add(DeviceListChanged.crossSigning(signer));
      return refusal;
    }

    private Optional<Refusal> checkOther(UserId target, String item, ObjectNode object) {
      var master = others.get(target);
      if (master == null || !isNamed(master, item)) return Optional.of(unknown());
      if (!Signed.sameContent(object, master)) return Optional.of(different());
      var userSigning = own.publicKey(Usage.USER_SIGNING);
      if (userSigning.isEmpty()) return Optional.of(noKey(Usage.USER_SIGNING));
      var refusal = take(object, List.of(userSigning.get()), target, item);
      if (refusal.isEmpty()) changes.add(DeviceListChanged.onlyFor(signer, target));
      return refusal;
    }

    /// Takes the signatures of these keys; others in the object are not ours to judge.
    private Optional<Refusal> take(
        ObjectNode object, List<VerifyKey> keys, UserId target, String item) {
      var good = new ArrayList<Change>();
      for (var key : keys) {
        var text = Signed.text(object, signer, key.id());
        if (text.isEmpty()) continue;
        if (!Signed.verify(object, signer, key)) return Optional.of(wrong());
        good.add(new SignatureStored(new KeySignature(signer, key.id(), target, item, text.get())));
      }
      if (good.isEmpty()) return Optional.of(wrong());
      changes.addAll(good);
      return Optional.empty();
    }
  }

  private static boolean isNamed(ObjectNode key, String item) {
    return CrossSigningKeys.nameOf(key).filter(item::equals).isPresent();
  }

  private static Refusal unknown() {
    return new Refusal(ErrorCode.M_NOT_FOUND, "There is no such device or master key");
  }

  private static Refusal different() {
    return new Refusal(
        ErrorCode.M_INVALID_PARAM, "The object differs from the key that was uploaded");
  }

  private static Refusal wrong() {
    return new Refusal(
        ErrorCode.M_INVALID_SIGNATURE, "There is no valid signature by the key that should sign");
  }

  private static Refusal noKey(Usage usage) {
    return new Refusal(
        ErrorCode.M_NOT_FOUND, "You have no " + usage.wireName() + " key to sign with");
  }
}
