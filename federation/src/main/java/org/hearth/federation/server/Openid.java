package org.hearth.federation.server;

import io.vertx.core.http.HttpMethod;
import org.hearth.engine.federation.LocalQueries;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.json.Json;

/// Specification file `openid.yaml`; methods are its operationIds.
final class Openid {
  private final LocalQueries queries;

  Openid(LocalQueries queries) {
    this.queries = queries;
  }

  void mount(FederationRoutes routes) {
    routes.open(
        HttpMethod.GET, "/_matrix/federation/v1/openid/userinfo", this::exchangeOpenIdToken);
  }

  Answer exchangeOpenIdToken(Call call) {
    String token = call.query("access_token").orElse("");
    if (token.isEmpty()) {
      return Answer.error(401, ErrorCode.M_MISSING_TOKEN, "The access_token is missing.");
    }
    return queries
        .openIdUser(token)
        .map(user -> Answer.ok(Json.object().put("sub", user.value())))
        .orElseGet(
            () ->
                Answer.error(
                    401, ErrorCode.M_UNKNOWN_TOKEN, "The access token is unknown or has expired."));
  }
}
