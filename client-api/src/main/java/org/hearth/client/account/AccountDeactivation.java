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
import org.hearth.engine.account.Accounts;
import org.jspecify.annotations.Nullable;

/// Specification file `account_deactivation.yaml`.
final class AccountDeactivation {
  private final Accounts accounts;
  private final UserInteractive interactive;

  AccountDeactivation(Accounts accounts, UserInteractive interactive) {
    this.accounts = accounts;
    this.interactive = interactive;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.LOGIN)
        .emptyBodyAllowed()
        .post(
            "/v3/account/deactivate",
            Auth.ACCESS_TOKEN,
            DeactivateRequest.class,
            this::deactivateAccount);
  }

  /// Body of
  /// [deactivateAccount](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate).
  ///
  /// @param erase absent means no
  record DeactivateRequest(@Nullable ObjectNode auth, @Nullable Boolean erase) {}

  Reply deactivateAccount(Caller caller, Path path, DeactivateRequest body) {
    Optional<Reply> challenge = interactive.challenge(caller, "deactivate", body.auth());
    if (challenge.isPresent()) {
      return challenge.get();
    }
    accounts.deactivate(caller.userId(), Boolean.TRUE.equals(body.erase()));
    return Reply.ok(Map.of("id_server_unbind_result", "success"));
  }
}
