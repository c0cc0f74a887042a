package org.hearth.client.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.OpenIdTokens;

/// Specification file `openid.yaml`.
final class Openid {
  private final OpenIdTokens tokens;

  Openid(OpenIdTokens tokens) {
    this.tokens = tokens;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .emptyBodyAllowed()
        .post(
            "/v3/user/:userId/openid/request_token",
            Auth.ACCESS_TOKEN,
            ObjectNode.class,
            this::requestOpenIdToken);
  }

  Reply requestOpenIdToken(Caller caller, Path path, ObjectNode body) {
    caller.mustBe(path.userId());
    return Reply.of(
        tokens.issue(caller.userId()),
        token ->
            Map.of(
                "access_token",
                token,
                "token_type",
                "Bearer",
                "matrix_server_name",
                caller.userId().serverName().toString(),
                "expires_in",
                tokens.lifetime().toSeconds()));
  }
}
