package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.Map;
import org.hearth.federation.keys.KeyRing;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;

/// Specification file `keys_query.yaml`; methods are its operationIds. This server as a notary.
final class KeysQuery {
  /// Each server that is asked for can cost a request.
  private static final int MAX_SERVERS = 100;

  private final KeyRing keys;
  private final InstantSource clock;

  KeysQuery(KeyRing keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  void mount(FederationRoutes routes) {
    routes.open(HttpMethod.GET, "/_matrix/key/v2/query/:serverName", this::perspectivesKeyQuery);
    routes.open(
        HttpMethod.GET, "/_matrix/key/v2/query/:serverName/:keyId", this::perspectivesKeyQuery);
    routes.open(HttpMethod.POST, "/_matrix/key/v2/query", this::bulkPerspectivesKeyQuery);
  }

  Answer perspectivesKeyQuery(Call call) {
    ServerName server = Call.parsed(call.path("serverName"), ServerName::tryParse, "server name");
    ArrayNode found = Json.array();
    add(found, server, call.number("minimum_valid_until_ts", clock.millis()));
    return answer(found);
  }

  Answer bulkPerspectivesKeyQuery(Call call) {
    JsonNode wanted = call.body().path("server_keys");
    if (!wanted.isObject()) throw BadRequest.badJson("server_keys must be an object.");
    if (wanted.size() > MAX_SERVERS) {
      throw BadRequest.invalid("At most " + MAX_SERVERS + " servers can be asked for.");
    }
    ArrayNode found = Json.array();
    for (Map.Entry<String, JsonNode> entry : wanted.properties()) {
      long until = clock.millis();
      for (JsonNode criteria : entry.getValue()) {
        until = Math.max(until, criteria.path("minimum_valid_until_ts").asLong(0));
      }
      ServerName server = ServerName.tryParse(entry.getKey()).orElse(null);
      if (server != null) add(found, server, until);
    }
    return answer(found);
  }

  private void add(ArrayNode found, ServerName server, long minimumValidUntilTs) {
    keys.documentForNotary(server, minimumValidUntilTs).ifPresent(found::add);
  }

  private static Answer answer(ArrayNode found) {
    ObjectNode body = Json.object();
    body.set("server_keys", found);
    return Answer.ok(body);
  }
}
