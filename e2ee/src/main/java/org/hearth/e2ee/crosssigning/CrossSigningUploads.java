package org.hearth.e2ee.crosssigning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.e2ee.Signed;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.crosssigning.CrossSigningChange.CrossSigningForgotten;
import org.hearth.e2ee.crosssigning.CrossSigningChange.CrossSigningKeyForgotten;
import org.hearth.e2ee.crosssigning.CrossSigningChange.CrossSigningKeyStored;
import org.hearth.e2ee.keys.KeyChange.DeviceListChanged;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// [Uploading cross-signing
/// keys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload).
public final class CrossSigningUploads {
  private static final int MAX_KEY_BYTES = 65_536;

  private final Ledger ledger;
  private final CrossSigningStore store;
  private final KeyStore devices;
  private final UserLocks locks;

  public CrossSigningUploads(
      Ledger ledger, CrossSigningStore store, KeyStore devices, UserLocks locks) {
    this.ledger = ledger;
    this.store = store;
    this.devices = devices;
    this.locks = locks;
  }

  /// Whether the user must prove who it is first: it has a master key, and the request would change
  /// something. "The user has no existing cross-signing master key" and "keys that exactly match"
  /// need no proof.
  public boolean needsAuthentication(UserId user, CrossSigningUpload upload) {
    var stored = store.keys(user);
    return stored.get(Usage.MASTER).isPresent() && !changed(stored, upload).isEmpty();
  }

  /// Publishes the keys, all or none.
  ///
  /// @param authenticated whether the user proved who it is; if not, the request is refused with
  ///   `M_FORBIDDEN` when keys appeared since [#needsAuthentication] was asked
  public Outcome<Void> upload(UserId user, CrossSigningUpload upload, boolean authenticated) {
    for (var entry : upload.byUsage().entrySet()) {
      var problem = shapeProblem(user, entry.getKey(), entry.getValue());
      if (problem.isPresent()) return Outcome.refused(ErrorCode.M_INVALID_PARAM, problem.get());
    }
    return locks.locked(user, () -> uploadLocked(user, upload, authenticated));
  }

  /// What goes when an account goes.
  public static List<Change> forgetAll(UserId user) {
    return List.of(new CrossSigningForgotten(user), DeviceListChanged.crossSigning(user));
  }

  private Outcome<Void> uploadLocked(
      UserId user, CrossSigningUpload upload, boolean authenticated) {
    var stored = store.keys(user);
    var changed = changed(stored, upload);
    if (changed.isEmpty()) return done();
    if (!authenticated && stored.get(Usage.MASTER).isPresent())
      return Outcome.forbidden("Replacing cross-signing keys needs authentication");
    var refusal = refusal(user, stored, changed);
    if (refusal.isPresent()) return Outcome.refused(refusal.get());

    var changes = new ArrayList<Change>();
    changed.forEach((usage, key) -> changes.add(new CrossSigningKeyStored(user, usage, key)));
    if (isNewMaster(stored, changed)) {
      // Keys that only the old master key signed are worth nothing under the new one.
      for (var usage : List.of(Usage.SELF_SIGNING, Usage.USER_SIGNING)) {
        if (stored.get(usage).isPresent() && !changed.containsKey(usage))
          changes.add(new CrossSigningKeyForgotten(user, usage));
      }
    }
    changes.add(DeviceListChanged.crossSigning(user));
    ledger.write(changes.toArray(Change[]::new));
    return done();
  }

  private static Map<Usage, ObjectNode> changed(
      CrossSigningKeys stored, CrossSigningUpload upload) {
    var changed = new EnumMap<Usage, ObjectNode>(Usage.class);
    upload
        .byUsage()
        .forEach(
            (usage, key) -> {
              boolean same =
                  stored.get(usage).filter(old -> Signed.sameContent(old, key)).isPresent();
              if (!same) changed.put(usage, key);
            });
    return changed;
  }

  private static boolean isNewMaster(CrossSigningKeys stored, Map<Usage, ObjectNode> changed) {
    return changed.containsKey(Usage.MASTER) && stored.get(Usage.MASTER).isPresent();
  }

  private Optional<Refusal> refusal(
      UserId user, CrossSigningKeys stored, Map<Usage, ObjectNode> changed) {
    var master =
        changed.containsKey(Usage.MASTER)
            ? CrossSigningKeys.publicKeyOf(changed.get(Usage.MASTER))
            : stored.publicKey(Usage.MASTER);
    if (master.isEmpty())
      return Optional.of(
          new Refusal(ErrorCode.M_MISSING_PARAM, "Upload a master key first, or with these keys"));
    for (var entry : changed.entrySet()) {
      var problem =
          deviceIdInUse(user, entry.getValue())
              .or(() -> signatureProblem(user, entry.getKey(), entry.getValue(), master.get()));
      if (problem.isPresent()) return problem;
    }
    return Optional.empty();
  }

  /// "The public key of one of the keys is the same as one of the user's device IDs".
  private Optional<Refusal> deviceIdInUse(UserId user, ObjectNode key) {
    return CrossSigningKeys.nameOf(key)
        .filter(name -> devices.deviceKeys(user, name).isPresent())
        .map(_ -> new Refusal(ErrorCode.M_FORBIDDEN, "A device of yours has this key's name"));
  }

  private Optional<Refusal> signatureProblem(
      UserId user, Usage usage, ObjectNode key, VerifyKey master) {
    boolean good =
        usage == Usage.MASTER
            ? deviceSignaturesAreGood(user, key)
            : Signed.verify(key, user, master);
    if (good) return Optional.empty();
    return Optional.of(
        new Refusal(
            ErrorCode.M_INVALID_SIGNATURE,
            usage == Usage.MASTER
                ? "A device's signature on the master key is wrong"
                : "The " + usage.wireName() + " key must be signed by the master key"));
  }

  /// Signatures on a master key are optional; those of devices that we know must be right.
  private boolean deviceSignaturesAreGood(UserId user, ObjectNode master) {
    for (var signature : master.path("signatures").path(user.value()).properties()) {
      var name = signature.getKey();
      if (!name.startsWith("ed25519:")) continue;
      var deviceId = name.substring("ed25519:".length());
      var key = devices.deviceKeys(user, deviceId).flatMap(keys -> Signed.key(keys, deviceId));
      if (key.isPresent() && !Signed.verify(master, user, key.get())) return false;
    }
    return true;
  }

  private static Optional<String> shapeProblem(UserId user, Usage usage, ObjectNode key) {
    var name = usage.wireName();
    if (key.toString().length() > MAX_KEY_BYTES) return Optional.of("The key is too large");
    if (!key.path("user_id").asText("").equals(user.value()))
      return Optional.of("user_id of the " + name + " key must be the user who is logged in");
    boolean used = false;
    for (var one : key.path("usage")) used |= one.asText("").equals(name);
    if (!used) return Optional.of("usage of the " + name + " key must name " + name);
    if (CrossSigningKeys.publicKeyOf(key).isEmpty())
      return Optional.of(
          "keys of the " + name + " key must hold exactly one Ed25519 key, named after itself");
    return Optional.empty();
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private static Outcome<Void> done() {
    return Outcome.done(null);
  }
}
