package org.hearth.client.encryption;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.e2ee.devicelists.DeviceListChanges;
import org.hearth.e2ee.devicelists.KeyQueries;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.KeyUpload;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.engine.sync.SyncToken;
import org.jspecify.annotations.Nullable;

/// Specification file `keys.yaml`; methods are its operationIds.
final class Keys {
  private final KeyUploads uploads;
  private final KeyQueries queries;
  private final KeyClaims claims;
  private final DeviceListChanges changes;

  Keys(KeyUploads uploads, KeyQueries queries, KeyClaims claims, DeviceListChanges changes) {
    this.uploads = uploads;
    this.queries = queries;
    this.claims = claims;
    this.changes = changes;
  }

  void mount(Routes routes) {
    routes.post("/v3/keys/upload", Auth.ACCESS_TOKEN, UploadRequest.class, this::uploadKeys);
    routes.post("/v3/keys/query", Auth.ACCESS_TOKEN, QueryRequest.class, this::queryKeys);
    routes.post("/v3/keys/claim", Auth.ACCESS_TOKEN, ClaimRequest.class, this::claimKeys);
    routes.get("/v3/keys/changes", Auth.ACCESS_TOKEN, this::getKeysChanges);
  }

  /// Body of
  /// [uploadKeys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload).
  /// What is absent stays as it is.
  record UploadRequest(
      @JsonProperty("device_keys") @Nullable ObjectNode deviceKeys,
      @JsonProperty("one_time_keys") @Nullable ObjectNode oneTimeKeys,
      @JsonProperty("fallback_keys") @Nullable ObjectNode fallbackKeys,
      @JsonProperty("org.matrix.msc2732.fallback_keys") @Nullable ObjectNode oldFallbackKeys) {}

  /// Body of
  /// [queryKeys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery).
  ///
  /// @param timeout in milliseconds; absent for ten seconds
  /// @param deviceKeys device IDs by user; an empty list stands for all
  record QueryRequest(
      @Nullable Long timeout, @JsonProperty("device_keys") Map<String, List<String>> deviceKeys) {}

  /// Body of
  /// [claimKeys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim).
  ///
  /// @param timeout in milliseconds; absent for ten seconds
  /// @param oneTimeKeys algorithm by device ID by user
  record ClaimRequest(
      @Nullable Long timeout,
      @JsonProperty("one_time_keys") Map<String, Map<String, String>> oneTimeKeys) {}

  Reply uploadKeys(Caller caller, Path path, UploadRequest body) {
    var fallback = body.fallbackKeys() == null ? body.oldFallbackKeys() : body.fallbackKeys();
    var upload =
        new KeyUpload(
            body.deviceKeys(),
            EncryptionEndpoints.members(body.oneTimeKeys()),
            EncryptionEndpoints.members(fallback));
    return Reply.of(
        uploads.upload(caller.userId(), caller.deviceId(), upload),
        counts -> Map.of("one_time_key_counts", counts));
  }

  Reply queryKeys(Caller caller, Path path, QueryRequest body) {
    var wanted = EncryptionEndpoints.byUser(body.deviceKeys());
    wanted.values().forEach(ids -> ids.forEach(id -> EncryptionEndpoints.notNull("device", id)));
    var answer =
        queries.query(caller.userId(), wanted, EncryptionEndpoints.timeout(body.timeout()));
    return Reply.ok(
        Map.of(
            "device_keys", answer.deviceKeys(),
            "master_keys", answer.masterKeys(),
            "self_signing_keys", answer.selfSigningKeys(),
            "user_signing_keys", answer.userSigningKeys(),
            "failures", EncryptionEndpoints.failures(answer.failures())));
  }

  Reply claimKeys(Caller caller, Path path, ClaimRequest body) {
    var wanted = EncryptionEndpoints.byUser(body.oneTimeKeys());
    wanted.values().forEach(ids -> ids.forEach(EncryptionEndpoints::notNull));
    var claimed = claims.claim(wanted, EncryptionEndpoints.timeout(body.timeout()));
    return Reply.ok(
        Map.of(
            "one_time_keys", claimed.keys(),
            "failures", EncryptionEndpoints.failures(claimed.failures())));
  }

  Reply getKeysChanges(Caller caller, Path path) {
    var from = token(path, "from");
    var to = token(path, "to");
    var found = changes.between(caller.userId(), from.position(), to.position());
    return Reply.ok(Map.of("changed", found.changed(), "left", found.left()));
  }

  private static SyncToken token(Path path, String name) {
    return SyncToken.parse(path.query().require(name))
        .orElseThrow(() -> RequestError.invalidParam(name + " must be a next_batch of /sync"));
  }
}
