package org.hearth.federation.sender;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationReply;
import org.hearth.schemas.id.ServerName;

/// Carries transactions to their destinations.
public interface Courier {

  /// Sends one transaction and waits for the answer.
  ///
  /// @param transactionId safe in a path
  FederationReply send(ServerName destination, String transactionId, ObjectNode body);

  /// Until when the destination is to be left alone; empty if it may be tried.
  Optional<Instant> restingUntil(ServerName destination);

  /// The destination answered, but does not take our transactions: leave it alone for a while.
  void refused(ServerName destination);

  /// Whether there may be any traffic with the server.
  boolean mayTalkTo(ServerName destination);

  /// Over the network.
  static Courier over(FederationClient client) {
    return new Courier() {
      @Override
      public FederationReply send(ServerName destination, String transactionId, ObjectNode body) {
        return client.put(
            destination,
            "/_matrix/federation/v1/send/" + transactionId,
            body,
            client.options().withMaxBytes(1 << 20));
      }

      @Override
      public Optional<Instant> restingUntil(ServerName destination) {
        return client.backingOffUntil(destination);
      }

      @Override
      public void refused(ServerName destination) {
        client.avoid(destination);
      }

      @Override
      public boolean mayTalkTo(ServerName destination) {
        return client.mayTalkTo(destination);
      }
    };
  }
}
