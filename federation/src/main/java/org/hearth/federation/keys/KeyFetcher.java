package org.hearth.federation.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationReply;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;

/// Fetches key documents. Blocks.
public interface KeyFetcher {

  /// What `server` itself publishes; empty if it does not answer.
  Optional<JsonNode> direct(ServerName server);

  /// What `notary` knows of `server`: the `server_keys` of its answer; empty if it does not answer.
  Optional<JsonNode> viaNotary(ServerName notary, ServerName server, long minimumValidUntilTs);

  /// Over the network.
  static KeyFetcher over(FederationClient client) {
    FederationClient.Options options =
        client
            .options()
            .unsigned()
            .withMaxBytes(4 * KeyDocument.MAX_BYTES)
            .withTimeout(Duration.ofSeconds(20));
    return new KeyFetcher() {
      @Override
      public Optional<JsonNode> direct(ServerName server) {
        // A request from a server that was down shows that it is back: its key is worth asking for.
        return body(client.get(server, "/_matrix/key/v2/server", options.evenIfBackingOff()));
      }

      @Override
      public Optional<JsonNode> viaNotary(
          ServerName notary, ServerName server, long minimumValidUntilTs) {
        ObjectNode query = Json.object();
        // No key IDs: "the notary server should query for all keys".
        query.putObject("server_keys").putObject(server.value());
        return body(client.post(notary, "/_matrix/key/v2/query", query, options))
            .map(answer -> answer.path("server_keys"));
      }
    };
  }

  private static Optional<JsonNode> body(FederationReply reply) {
    return switch (reply) {
      case FederationReply.Answered(JsonNode body) -> Optional.of(body);
      case FederationReply.Refused _, FederationReply.Failed _ -> Optional.empty();
    };
  }
}
