package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.NewLogin;
import org.hearth.engine.account.SharedSecretRegistrations;
import org.jspecify.annotations.Nullable;

/// `/_synapse/admin/v1/register`: what existing tools use to make accounts, such as the first
/// administrator.
final class SharedSecretRegister {
  private final SharedSecretRegistrations registrations;

  SharedSecretRegister(SharedSecretRegistrations registrations) {
    this.registrations = registrations;
  }

  void mount(Routes all) {
    Routes routes = all.limited(RateClass.REGISTRATION);
    routes.get("/_synapse/admin/v1/register", Auth.NONE, this::nonce);
    routes.post("/_synapse/admin/v1/register", Auth.NONE, RegisterRequest.class, this::register);
  }

  /// What is asked for.
  ///
  /// @param mac HMAC-SHA1 in hexadecimal digits over nonce, username, password, `admin` or
  ///   `notadmin`, and the user type if there is one, with a zero byte between them
  record RegisterRequest(
      String nonce,
      String username,
      String password,
      @Nullable Boolean admin,
      @JsonProperty("user_type") @Nullable String userType,
      String mac) {
    @Override
    public String toString() {
      return "RegisterRequest[" + username + "]";
    }
  }

  Reply nonce(Caller caller, Path path) {
    return registrations
        .nonce()
        .map(nonce -> Reply.ok(Map.of("nonce", nonce)))
        .orElseGet(() -> Reply.error(400, "M_UNKNOWN", "Registration by shared secret is off"));
  }

  Reply register(Caller caller, Path path, RegisterRequest body) {
    return Registration.reply(
        registrations.register(
            new SharedSecretRegistrations.Request(
                body.nonce(),
                body.username(),
                body.password(),
                Boolean.TRUE.equals(body.admin()),
                body.userType(),
                body.mac()),
            new NewLogin(null, null, false)));
  }
}
