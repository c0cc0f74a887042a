package org.hearth.federation.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.hearth.e2ee.devicelists.RemoteDeviceLists;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationReply;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// [RemoteKeys] over HTTP. A server that did not answer lately is not asked: whoever encrypts must
/// not wait for it with each message.
public final class FederatedUserKeys implements RemoteKeys {
  private static final int MAX_ANSWER = 16 << 20;

  private final FederationClient client;

  public FederatedUserKeys(FederationClient client) {
    this.client = client;
  }

  private FederationClient.Options within(Duration timeout) {
    return client.options().withTimeout(timeout).withMaxBytes(MAX_ANSWER);
  }

  @Override
  public RemoteAnswer<UserKeys> query(
      ServerName server, Map<UserId, List<String>> devices, Duration timeout) {
    var body = Json.object();
    var wanted = body.putObject("device_keys");
    devices.forEach(
        (user, ids) -> {
          var list = wanted.putArray(user.value());
          ids.forEach(list::add);
        });
    var path = RequestPath.v1("user/keys/query").toString();
    return answer(
        client.post(server, path, body, within(timeout)),
        answered ->
            Answers.object(answered.path("device_keys"))
                .map(
                    keys ->
                        new UserKeys(
                            devicesByUser(keys),
                            byUser(answered.path("master_keys")),
                            byUser(answered.path("self_signing_keys")))));
  }

  @Override
  public RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> claim(
      ServerName server, Map<UserId, Map<String, String>> wanted, Duration timeout) {
    var body = Json.object();
    var keys = body.putObject("one_time_keys");
    wanted.forEach(
        (user, algorithms) -> {
          var byDevice = keys.putObject(user.value());
          algorithms.forEach(byDevice::put);
        });
    var path = RequestPath.v1("user/keys/claim").toString();
    return answer(
        client.post(server, path, body, within(timeout)),
        answered ->
            Answers.object(answered.path("one_time_keys")).map(FederatedUserKeys::devicesByUser));
  }

  @Override
  public RemoteAnswer<UserDevices> devices(ServerName server, UserId user, Duration timeout) {
    var path = RequestPath.v1("user/devices", user).toString();
    return answer(client.get(server, path, within(timeout)), body -> devices(user, body));
  }

  private static Optional<UserDevices> devices(UserId user, ObjectNode body) {
    var streamId = body.path("stream_id");
    if (!body.path("user_id").asText("").equals(user.value()) || !streamId.canConvertToLong())
      return Optional.empty();
    return Answers.objects(body.path("devices"))
        .map(
            devices ->
                new UserDevices(
                    user,
                    streamId.longValue(),
                    byId(devices),
                    Answers.object(body.path("master_key")).orElse(null),
                    Answers.object(body.path("self_signing_key")).orElse(null)));
  }

  private static SortedMap<String, ObjectNode> byId(List<ObjectNode> devices) {
    var byId = new TreeMap<String, ObjectNode>();
    for (var device : devices) {
      var name = device.path("device_display_name").asText("");
      Answers.object(device.path("keys"))
          .ifPresent(
              keys ->
                  byId.put(
                      device.path("device_id").asText(""), RemoteDeviceLists.withName(keys, name)));
    }
    return byId;
  }

  private static Map<UserId, SortedMap<String, ObjectNode>> devicesByUser(ObjectNode keys) {
    var byUser = new HashMap<UserId, SortedMap<String, ObjectNode>>();
    for (var entry : keys.properties()) {
      var byDevice = new TreeMap<String, ObjectNode>();
      for (var device : entry.getValue().properties())
        Answers.object(device.getValue()).ifPresent(found -> byDevice.put(device.getKey(), found));
      UserId.tryParse(entry.getKey()).ifPresent(user -> byUser.put(user, byDevice));
    }
    return byUser;
  }

  private static Map<UserId, ObjectNode> byUser(JsonNode keys) {
    var byUser = new HashMap<UserId, ObjectNode>();
    for (var entry : keys.properties()) {
      var user = UserId.tryParse(entry.getKey());
      var key = Answers.object(entry.getValue());
      if (user.isPresent() && key.isPresent()) byUser.put(user.get(), key.get());
    }
    return byUser;
  }

  private static <T> RemoteAnswer<T> answer(
      FederationReply reply, Function<ObjectNode, Optional<T>> read) {
    return switch (reply) {
      case FederationReply.Answered(JsonNode body) ->
          Answers.object(body)
              .flatMap(read)
              .<RemoteAnswer<T>>map(RemoteAnswer.Answered::new)
              .orElseGet(() -> new RemoteAnswer.Failed<>("The answer cannot be used."));
      case FederationReply.Refused(var status, var code, var _, var _, var _) ->
          new RemoteAnswer.Failed<>("The server refused: " + status + " " + code);
      case FederationReply.Failed(var _, String reason) -> new RemoteAnswer.Failed<>(reason);
    };
  }
}
