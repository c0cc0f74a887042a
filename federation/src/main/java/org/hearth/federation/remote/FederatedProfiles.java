package org.hearth.federation.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import org.hearth.engine.profile.RemoteUsers;
import org.hearth.federation.client.FederationClient;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// [RemoteUsers] over HTTP.
public final class FederatedProfiles implements RemoteUsers {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 128 * 1024;

  private final FederationClient client;

  public FederatedProfiles(FederationClient client) {
    this.client = client;
  }

  @Override
  public Outcome<ObjectNode> profile(UserId userId) {
    String path = RequestPath.v1("query/profile").query("user_id", userId).toString();
    return Answers.outcome(
        userId.serverName(),
        client.get(
            userId.serverName(),
            path,
            client.options().withTimeout(TIMEOUT).withMaxBytes(MAX_BYTES)),
        Optional::of);
  }
}
