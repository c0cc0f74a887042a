package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.NewLogin;
import org.hearth.engine.account.Registrations;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.jspecify.annotations.Nullable;

/// Specification file `registration.yaml`; methods are its operationIds.
final class Registration {
  private final Registrations registrations;

  Registration(Registrations registrations) {
    this.registrations = registrations;
  }

  void mount(Routes all) {
    Routes routes = all.limited(RateClass.REGISTRATION);
    routes
        .emptyBodyAllowed()
        .post("/v3/register", Auth.NONE, RegisterRequest.class, this::register);
    routes.get("/v3/register/available", Auth.NONE, this::checkUsernameAvailability);
    routes.post(
        "/v3/register/email/requestToken",
        Auth.NONE,
        ObjectNode.class,
        this::requestTokenToRegisterEmail);
    routes.post(
        "/v3/register/msisdn/requestToken",
        Auth.NONE,
        ObjectNode.class,
        this::requestTokenToRegisterMsisdn);
  }

  /// Body of
  /// [register](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register).
  ///
  /// @param auth the attempt to authenticate; absent in the first request
  /// @param username the localpart; absent for one of our choice
  /// @param inhibitLogin whether no device shall be logged in
  record RegisterRequest(
      @Nullable ObjectNode auth,
      @Nullable String type,
      @Nullable String username,
      @Nullable String password,
      @JsonProperty("device_id") @Nullable String deviceId,
      @JsonProperty("initial_device_display_name") @Nullable String initialDeviceDisplayName,
      @JsonProperty("inhibit_login") @Nullable Boolean inhibitLogin,
      @JsonProperty("refresh_token") @Nullable Boolean refreshToken) {}

  Reply register(Caller caller, Path path, RegisterRequest body) {
    String kind = path.query().first("kind").orElse("user");
    if (kind.equals("guest")) {
      return refused(ErrorCode.M_GUEST_ACCESS_FORBIDDEN, "This server has no guests");
    }
    if (!kind.equals("user")) {
      return refused(ErrorCode.M_INVALID_PARAM, "kind must be user or guest");
    }
    if ("m.login.application_service".equals(body.type())) {
      return Reply.error(401, "M_UNKNOWN_TOKEN", "No application service has this token");
    }
    boolean inhibit = Boolean.TRUE.equals(body.inhibitLogin());
    var login =
        new NewLogin(
            body.deviceId(),
            body.initialDeviceDisplayName(),
            Boolean.TRUE.equals(body.refreshToken()));
    var request =
        new Registrations.Request(body.username(), body.password(), inhibit ? null : login);
    return reply(registrations.register(request, UserInteractive.attempt(body.auth())));
  }

  static Reply reply(Registrations.Result result) {
    return switch (result) {
      case Registrations.Result.Registered registered ->
          Reply.ok(
              registered.login().map(Tokens::of).orElseGet(() -> Tokens.none(registered.userId())));
      case Registrations.Result.Challenged challenged ->
          UserInteractive.reply(challenged.challenge());
      case Registrations.Result.Refused refused -> Reply.refused(refused.refusal());
    };
  }

  Reply checkUsernameAvailability(Caller caller, Path path) {
    return Reply.of(
        registrations.available(path.query().require("username")),
        userId -> Map.of("available", true));
  }

  Reply requestTokenToRegisterEmail(Caller caller, Path path, ObjectNode body) {
    return refused(ErrorCode.M_THREEPID_DENIED, "This server registers without e-mail addresses");
  }

  Reply requestTokenToRegisterMsisdn(Caller caller, Path path, ObjectNode body) {
    return refused(ErrorCode.M_THREEPID_DENIED, "This server registers without phone numbers");
  }

  private static Reply refused(ErrorCode code, String message) {
    return Reply.refused(new Refusal(code, message));
  }
}
