package org.hearth.client.account;

import org.hearth.client.http.RateLimits;
import org.hearth.client.http.Routes;
import org.hearth.client.http.TokenCheck;
import org.hearth.engine.account.Accounts;
import org.hearth.engine.account.Devices;
import org.hearth.engine.account.InteractiveAuth;
import org.hearth.engine.account.Logins;
import org.hearth.engine.account.OpenIdTokens;
import org.hearth.engine.account.Registrations;
import org.hearth.engine.account.Sessions;
import org.hearth.engine.account.SharedSecretRegistrations;

/// All endpoints of this package.
///
/// @param openIdTokens also answered to other servers, which ask whose they are
public record AccountEndpoints(
    Accounts accounts,
    Sessions sessions,
    Devices devices,
    Logins logins,
    Registrations registrations,
    SharedSecretRegistrations sharedSecret,
    InteractiveAuth auth,
    OpenIdTokens openIdTokens,
    RateLimits rates) {

  /// Mounts them.
  public void mount(Routes routes) {
    var interactive = new UserInteractive(auth);
    new Registration(registrations).mount(routes);
    new RegistrationTokens(registrations).mount(routes);
    new SharedSecretRegister(sharedSecret).mount(routes);
    new Login(logins, rates).mount(routes);
    new LoginToken(logins, interactive).mount(routes);
    new Logout(devices).mount(routes);
    new Refresh(sessions).mount(routes);
    new Whoami().mount(routes);
    new DeviceManagement(devices, interactive).mount(routes);
    new PasswordManagement(accounts, interactive).mount(routes);
    new AccountDeactivation(accounts, interactive).mount(routes);
    new AdministrativeContact().mount(routes);
    new Openid(openIdTokens).mount(routes);
    new Admin(accounts, devices).mount(routes);
  }

  /// How the router learns whose token it is.
  public static TokenCheck tokenCheck(Sessions sessions) {
    return (token, address, agent) ->
        switch (sessions.check(token, address)) {
          case Sessions.Check.Good good -> new TokenCheck.Result.Good(good.session());
          case Sessions.Check.Bad bad -> new TokenCheck.Result.Bad(bad.expired());
        };
  }
}
