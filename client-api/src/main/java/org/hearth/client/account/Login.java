package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.RateLimits;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Logins;
import org.hearth.engine.account.NewLogin;
import org.jspecify.annotations.Nullable;

/// Specification file `login.yaml`; methods are its operationIds.
final class Login {
  private static final String PASSWORD = "m.login.password";
  private static final String TOKEN = "m.login.token";

  private final Logins logins;
  private final RateLimits rates;

  Login(Logins logins, RateLimits rates) {
    this.logins = logins;
    this.rates = rates;
  }

  void mount(Routes routes) {
    routes.limited(RateClass.GENERAL).get("/v3/login", Auth.NONE, this::getLoginFlows);
    routes.limited(RateClass.LOGIN).post("/v3/login", Auth.NONE, LoginRequest.class, this::login);
  }

  /// Body of [login](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login).
  ///
  /// @param identifier who logs in
  /// @param user the same, as older clients send it
  /// @param token for `m.login.token`
  record LoginRequest(
      String type,
      UserInteractive.@Nullable Identifier identifier,
      @Nullable String user,
      @Nullable String password,
      @Nullable String token,
      @JsonProperty("device_id") @Nullable String deviceId,
      @JsonProperty("initial_device_display_name") @Nullable String initialDeviceDisplayName,
      @JsonProperty("refresh_token") @Nullable Boolean refreshToken) {}

  Reply getLoginFlows(Caller caller, Path path) {
    return Reply.ok(
        Map.of(
            "flows",
            List.of(Map.of("type", PASSWORD), Map.of("type", TOKEN, "get_login_token", true))));
  }

  Reply login(Caller caller, Path path, LoginRequest body) {
    var login =
        new NewLogin(
            body.deviceId(),
            body.initialDeviceDisplayName(),
            Boolean.TRUE.equals(body.refreshToken()));
    return switch (body.type()) {
      case PASSWORD -> {
        String user = user(body);
        limitGuessing(user);
        yield Reply.of(
            logins.byPassword(user, required("password", body.password()), login), Tokens::of);
      }
      case TOKEN -> Reply.of(logins.byToken(required("token", body.token()), login), Tokens::of);
      default -> Reply.error(400, "M_UNKNOWN", "This kind of login is not offered");
    };
  }

  /// An account can be guessed at from many addresses.
  private void limitGuessing(String user) {
    Optional<Duration> wait =
        rates.take(RateClass.LOGIN, "user " + user.strip().toLowerCase(Locale.ROOT));
    if (wait.isPresent()) {
      throw RequestError.limited(wait.get());
    }
  }

  private static String user(LoginRequest body) {
    if (body.identifier() == null) {
      return required("identifier", body.user());
    }
    return body.identifier()
        .named()
        .orElseThrow(
            () -> RequestError.of(403, "M_FORBIDDEN", "Accounts here are named by user IDs only"));
  }

  private static String required(String name, @Nullable String value) {
    if (value == null) {
      throw RequestError.missingParam(name);
    }
    return value;
  }
}
