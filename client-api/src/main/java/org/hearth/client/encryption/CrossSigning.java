package org.hearth.client.encryption;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.client.account.UserInteractive;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.e2ee.crosssigning.CrossSigningUpload;
import org.hearth.e2ee.crosssigning.CrossSigningUploads;
import org.hearth.e2ee.crosssigning.SignatureUploads;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Specification file `cross_signing.yaml`; methods are its operationIds.
final class CrossSigning {
  private final CrossSigningUploads uploads;
  private final SignatureUploads signatures;
  private final UserInteractive interactive;

  CrossSigning(
      CrossSigningUploads uploads, SignatureUploads signatures, UserInteractive interactive) {
    this.uploads = uploads;
    this.signatures = signatures;
    this.interactive = interactive;
  }

  void mount(Routes routes) {
    for (var version : new String[] {"/v3", "/unstable"}) {
      routes.post(
          version + "/keys/device_signing/upload",
          Auth.ACCESS_TOKEN,
          UploadRequest.class,
          this::uploadCrossSigningKeys);
      routes.post(
          version + "/keys/signatures/upload",
          Auth.ACCESS_TOKEN,
          ObjectNode.class,
          this::uploadCrossSigningSignatures);
    }
  }

  /// Body of
  /// [uploadCrossSigningKeys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload).
  ///
  /// @param auth needed only to replace keys
  record UploadRequest(
      @Nullable ObjectNode auth,
      @JsonProperty("master_key") @Nullable ObjectNode masterKey,
      @JsonProperty("self_signing_key") @Nullable ObjectNode selfSigningKey,
      @JsonProperty("user_signing_key") @Nullable ObjectNode userSigningKey) {

    CrossSigningUpload keys() {
      return CrossSigningUpload.of(masterKey, selfSigningKey, userSigningKey);
    }
  }

  Reply uploadCrossSigningKeys(Caller caller, Path path, UploadRequest body) {
    var keys = body.keys();
    boolean needsAuthentication = uploads.needsAuthentication(caller.userId(), keys);
    if (needsAuthentication) {
      var challenge =
          interactive.challenge(caller, "replace cross-signing keys " + digest(keys), body.auth());
      if (challenge.isPresent()) return challenge.get();
    }
    return Reply.emptyOr(uploads.upload(caller.userId(), keys, needsAuthentication));
  }

  /// What must not change between the attempts to authenticate.
  private static String digest(CrossSigningUpload keys) {
    var all = Json.object();
    keys.byUsage().forEach((usage, key) -> all.set(usage.wireName(), key));
    return Base64Unpadded.encode(Sha256.of(CanonicalJson.encode(all)));
  }

  Reply uploadCrossSigningSignatures(Caller caller, Path path, ObjectNode body) {
    var signed = new TreeMap<String, Map<String, ObjectNode>>();
    for (var user : body.properties()) {
      if (!user.getValue().isObject())
        throw RequestError.badJson("The body must map user IDs to objects");
      var items = new TreeMap<String, ObjectNode>();
      for (var item : user.getValue().properties()) {
        if (!(item.getValue() instanceof ObjectNode object))
          throw RequestError.badJson("Signed objects must be objects");
        items.put(item.getKey(), object);
      }
      signed.put(user.getKey(), items);
    }
    var failures = signatures.upload(caller.userId(), EncryptionEndpoints.byUser(signed));
    var shown = new TreeMap<UserId, Map<String, ObjectNode>>();
    failures.forEach(
        (user, ofUser) -> {
          var items = new TreeMap<String, ObjectNode>();
          ofUser.forEach(
              (item, refusal) ->
                  items.put(
                      item,
                      Json.object()
                          .put("errcode", refusal.code().name())
                          .put("error", refusal.message())));
          shown.put(user, items);
        });
    return Reply.ok(Map.of("failures", shown));
  }
}
