package org.hearth.engine.account;

import org.jspecify.annotations.Nullable;

/// The `auth` of a request, as the client sent it ([user-interactive
/// authentication](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api)).
///
/// @param type the stage that is attempted; null to ask how a session stands
/// @param session null in the first attempt
/// @param user for `m.login.password`: whose password, as typed
/// @param password for `m.login.password`
/// @param token for `m.login.registration_token`
public record AuthAttempt(
    @Nullable String type,
    @Nullable String session,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token) {

  /// Nothing sent: the client wants to know what it takes.
  public static final AuthAttempt NONE = new AuthAttempt(null, null, null, null, null);

  /// Secrets stay out of logs.
  @Override
  public String toString() {
    return "AuthAttempt[" + type + "]";
  }
}
