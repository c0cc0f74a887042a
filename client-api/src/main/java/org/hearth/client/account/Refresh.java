package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Sessions;
import org.hearth.schemas.error.Outcome;
import org.jspecify.annotations.Nullable;

/// Specification file `refresh.yaml`.
final class Refresh {
  private final Sessions sessions;

  Refresh(Sessions sessions) {
    this.sessions = sessions;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .post("/v3/refresh", Auth.NONE, RefreshRequest.class, this::refresh);
  }

  /// Body of
  /// [refresh](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh).
  record RefreshRequest(@JsonProperty("refresh_token") String refreshToken) {}

  /// New tokens.
  record Refreshed(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("refresh_token") @Nullable String refreshToken,
      @JsonProperty("expires_in_ms") @Nullable Long expiresInMs) {}

  Reply refresh(Caller caller, Path path, RefreshRequest body) {
    return switch (sessions.refresh(body.refreshToken())) {
      case Outcome.Done<Sessions.Issued>(var issued) ->
          Reply.ok(
              new Refreshed(issued.accessToken(), issued.refreshToken(), issued.expiresInMs()));
      case Outcome.Refused<Sessions.Issued>(var refusal) ->
          Reply.error(401, refusal.code().name(), refusal.message(), Map.of("soft_logout", false));
    };
  }
}
