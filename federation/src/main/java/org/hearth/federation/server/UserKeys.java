package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hearth.engine.federation.LocalKeys;
import org.hearth.schemas.id.UserId;

/// Specification file `user_keys.yaml`; methods are its operationIds.
final class UserKeys {
  private final LocalKeys keys;

  UserKeys(LocalKeys keys) {
    this.keys = keys;
  }

  void mount(FederationRoutes routes) {
    routes.post("/_matrix/federation/v1/user/keys/query", this::queryUserEncryptionKeys);
    routes.post("/_matrix/federation/v1/user/keys/claim", this::claimUserEncryptionKeys);
  }

  Answer queryUserEncryptionKeys(Call call) {
    Map<UserId, List<String>> wanted = new HashMap<>();
    for (Map.Entry<String, JsonNode> user : object(call, "device_keys").properties()) {
      List<String> devices = new ArrayList<>();
      for (JsonNode device : user.getValue()) devices.add(device.asText(""));
      wanted.put(userId(user.getKey()), devices);
    }
    return Answer.ok(keys.query(call.origin(), wanted));
  }

  Answer claimUserEncryptionKeys(Call call) {
    Map<UserId, Map<String, String>> wanted = new HashMap<>();
    for (Map.Entry<String, JsonNode> user : object(call, "one_time_keys").properties()) {
      Map<String, String> algorithms = new HashMap<>();
      for (Map.Entry<String, JsonNode> device : user.getValue().properties()) {
        algorithms.put(device.getKey(), device.getValue().asText(""));
      }
      wanted.put(userId(user.getKey()), algorithms);
    }
    return Answer.ok(keys.claim(call.origin(), wanted));
  }

  private static JsonNode object(Call call, String name) {
    JsonNode value = call.body().path(name);
    if (value.isObject()) return value;
    throw BadRequest.badJson(name + " must be an object.");
  }

  private static UserId userId(String text) {
    return Call.parsed(text, UserId::tryParse, "user ID");
  }
}
