package org.hearth.client.account;

import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Registrations;

/// Specification file `registration_tokens.yaml`.
final class RegistrationTokens {
  private final Registrations registrations;

  RegistrationTokens(Registrations registrations) {
    this.registrations = registrations;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.REGISTRATION)
        .get(
            "/v1/register/m.login.registration_token/validity",
            Auth.NONE,
            this::registrationTokenValidity);
  }

  Reply registrationTokenValidity(Caller caller, Path path) {
    return Reply.of(
        registrations.tokenValid(path.query().require("token")), valid -> Map.of("valid", valid));
  }
}
