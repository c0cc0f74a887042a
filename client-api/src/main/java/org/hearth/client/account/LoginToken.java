package org.hearth.client.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Logins;
import org.jspecify.annotations.Nullable;

/// Specification file `login_token.yaml`.
final class LoginToken {
  private final Logins logins;
  private final UserInteractive interactive;

  LoginToken(Logins logins, UserInteractive interactive) {
    this.logins = logins;
    this.interactive = interactive;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.LOGIN)
        .emptyBodyAllowed()
        .post(
            "/v1/login/get_token",
            Auth.ACCESS_TOKEN,
            ConfirmedRequest.class,
            this::generateLoginToken);
  }

  /// A body of nothing but its confirmation.
  ///
  /// @param auth absent in the first request
  record ConfirmedRequest(@Nullable ObjectNode auth) {}

  Reply generateLoginToken(Caller caller, Path path, ConfirmedRequest body) {
    Optional<Reply> challenge = interactive.challenge(caller, "login token", body.auth());
    return challenge.orElseGet(
        () ->
            Reply.ok(
                Map.of(
                    "login_token",
                    logins.issueToken(caller.userId()),
                    "expires_in_ms",
                    logins.tokenLifetime().toMillis())));
  }
}
