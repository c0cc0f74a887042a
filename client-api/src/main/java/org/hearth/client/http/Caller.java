package org.hearth.client.http;

import java.util.Optional;
import org.hearth.engine.account.Session;
import org.hearth.schemas.id.UserId;

/// Who sent a request, and from where.
///
/// @param session the login behind the access token; empty on routes that need none
/// @param accessToken the token itself, for logging out; empty without a session. Never log it
/// @param address the client's network address, for limits and for "last seen"
/// @param userAgent the client's name for itself, shortened; perhaps empty
public record Caller(
    Optional<Session> session, String accessToken, String address, String userAgent) {

  /// Whose request it is. Only for routes that need an access token.
  public UserId userId() {
    return login().userId();
  }

  /// The device it came from. Only for routes that need an access token.
  public String deviceId() {
    return login().deviceId();
  }

  /// The login. Only for routes that need an access token.
  public Session login() {
    return session.orElseThrow(
        () -> new IllegalStateException("The route does not ask for an access token"));
  }

  /// 403 `M_FORBIDDEN` unless `named`, a user in the path, is the caller.
  public void mustBe(UserId named) {
    if (!userId().equals(named)) {
      throw RequestError.of(403, "M_FORBIDDEN", "This belongs to another user");
    }
  }

  @Override
  public String toString() {
    return "Caller[" + session + ", " + address + "]";
  }
}
