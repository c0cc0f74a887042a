package org.hearth.federation.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationReply;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// [RemoteKeys] over HTTP.
public final class FederatedKeys implements RemoteKeys {
  private static final int MAX_BYTES = 32 << 20;
  private static final String USER = "/_matrix/federation/v1/user/";

  private final FederationClient client;

  public FederatedKeys(FederationClient client) {
    this.client = client;
  }

  private FederationClient.Options options(Duration timeout) {
    return client.options().withTimeout(timeout).withMaxBytes(MAX_BYTES);
  }

  @Override
  public RemoteAnswer<UserKeys> query(
      ServerName server, Map<UserId, List<String>> devices, Duration timeout) {
    ObjectNode request = Json.object();
    ObjectNode wanted = request.putObject("device_keys");
    devices.forEach(
        (user, ids) -> {
          ArrayNode list = wanted.putArray(user.value());
          ids.forEach(list::add);
        });
    FederationReply reply = client.post(server, USER + "keys/query", request, options(timeout));
    return answer(
        reply,
        body ->
            body.path("device_keys").isObject()
                ? Optional.of(
                    new UserKeys(
                        byUserAndDevice(body.path("device_keys")),
                        byUser(body.path("master_keys")),
                        byUser(body.path("self_signing_keys"))))
                : Optional.empty());
  }

  @Override
  public RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> claim(
      ServerName server, Map<UserId, Map<String, String>> wanted, Duration timeout) {
    ObjectNode request = Json.object();
    ObjectNode users = request.putObject("one_time_keys");
    wanted.forEach(
        (user, devices) -> {
          ObjectNode algorithms = users.putObject(user.value());
          devices.forEach(algorithms::put);
        });
    FederationReply reply = client.post(server, USER + "keys/claim", request, options(timeout));
    return answer(
        reply,
        body ->
            body.path("one_time_keys").isObject()
                ? Optional.of(byUserAndDevice(body.path("one_time_keys")))
                : Optional.empty());
  }

  @Override
  public RemoteAnswer<UserDevices> devices(ServerName server, UserId user, Duration timeout) {
    String path = RequestPath.of(USER + "devices", user).toString();
    return answer(client.get(server, path, options(timeout)), body -> devices(user, body));
  }

  private static Optional<UserDevices> devices(UserId user, ObjectNode body) {
    if (!body.path("devices").isArray() || !body.path("stream_id").canConvertToLong()) {
      return Optional.empty();
    }
    SortedMap<String, ObjectNode> devices = new TreeMap<>();
    for (JsonNode device : body.path("devices")) {
      if (!(device.path("keys") instanceof ObjectNode keys)) continue;
      ObjectNode named = keys.deepCopy();
      JsonNode name = device.path("device_display_name");
      if (name.isTextual()) {
        named.withObjectProperty("unsigned").put("device_display_name", name.textValue());
      }
      devices.put(device.path("device_id").asText(""), named);
    }
    return Optional.of(
        new UserDevices(
            user,
            body.path("stream_id").longValue(),
            devices,
            Answers.object(body.path("master_key")).orElse(null),
            Answers.object(body.path("self_signing_key")).orElse(null)));
  }

  private static Map<UserId, SortedMap<String, ObjectNode>> byUserAndDevice(JsonNode users) {
    Map<UserId, SortedMap<String, ObjectNode>> found = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : users.properties()) {
      UserId user = UserId.tryParse(entry.getKey()).orElse(null);
      if (user == null) continue;
      SortedMap<String, ObjectNode> devices = new TreeMap<>();
      entry
          .getValue()
          .properties()
          .forEach(
              device ->
                  Answers.object(device.getValue())
                      .ifPresent(keys -> devices.put(device.getKey(), keys)));
      found.put(user, devices);
    }
    return found;
  }

  private static Map<UserId, ObjectNode> byUser(JsonNode users) {
    Map<UserId, ObjectNode> found = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : users.properties()) {
      UserId user = UserId.tryParse(entry.getKey()).orElse(null);
      if (user == null) continue;
      Answers.object(entry.getValue()).ifPresent(key -> found.put(user, key));
    }
    return found;
  }

  private static <T> RemoteAnswer<T> answer(
      FederationReply reply, Function<ObjectNode, Optional<T>> read) {
    return switch (reply) {
      case FederationReply.Answered(JsonNode body) ->
          Answers.object(body)
              .flatMap(read)
              .<RemoteAnswer<T>>map(RemoteAnswer.Answered::new)
              .orElseGet(() -> new RemoteAnswer.Failed<>("Its answer cannot be used."));
      case FederationReply.Refused refused ->
          new RemoteAnswer.Failed<>("It refused: " + refused.errorCode());
      case FederationReply.Failed failed -> new RemoteAnswer.Failed<>(failed.reason());
    };
  }
}
