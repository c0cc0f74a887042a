package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Accounts;
import org.jspecify.annotations.Nullable;

/// Specification file `password_management.yaml`; methods are its operationIds.
final class PasswordManagement {
  private final Accounts accounts;
  private final UserInteractive interactive;

  PasswordManagement(Accounts accounts, UserInteractive interactive) {
    this.accounts = accounts;
    this.interactive = interactive;
  }

  void mount(Routes all) {
    Routes routes = all.limited(RateClass.LOGIN);
    routes.post(
        "/v3/account/password", Auth.ACCESS_TOKEN, PasswordRequest.class, this::changePassword);
    routes.post(
        "/v3/account/password/email/requestToken",
        Auth.NONE,
        ObjectNode.class,
        this::requestTokenToResetPassword);
    routes.post(
        "/v3/account/password/msisdn/requestToken",
        Auth.NONE,
        ObjectNode.class,
        this::requestTokenToResetPassword);
  }

  /// Body of
  /// [changePassword](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword).
  ///
  /// @param logoutDevices whether all other devices are removed; absent means yes
  record PasswordRequest(
      @Nullable ObjectNode auth,
      @JsonProperty("new_password") String newPassword,
      @JsonProperty("logout_devices") @Nullable Boolean logoutDevices) {
    @Override
    public String toString() {
      return "PasswordRequest[]";
    }
  }

  Reply changePassword(Caller caller, Path path, PasswordRequest body) {
    Optional<Reply> challenge = interactive.challenge(caller, "change password", body.auth());
    if (challenge.isPresent()) {
      return challenge.get();
    }
    return Reply.emptyOr(
        accounts.changePassword(
            caller.userId(),
            body.newPassword(),
            caller.deviceId(),
            !Boolean.FALSE.equals(body.logoutDevices())));
  }

  Reply requestTokenToResetPassword(Caller caller, Path path, ObjectNode body) {
    return Reply.error(
        400, "M_THREEPID_NOT_FOUND", "No account here has an e-mail address or phone number");
  }
}
