package org.hearth.client.http;

/// Who may call a route; declared beside it.
public enum Auth {
  /// Anybody; a token that comes along is not looked at.
  NONE,
  /// Anybody, but a token that comes along must be good, and then names the caller.
  OPTIONAL,
  /// A person's access token.
  ACCESS_TOKEN,
  /// As [#ACCESS_TOKEN], and the account may be locked: what is left to a locked account is logging
  /// out ([account locking](https://spec.matrix.org/v1.19/client-server-api/#account-locking)).
  ACCESS_TOKEN_EVEN_LOCKED,
  /// The access token of an administrator of this server; others get 403 `M_FORBIDDEN`.
  ADMIN,
  /// As [#ADMIN], or the key that lies in the data directory for commands on the same machine. Then
  /// the caller has no login.
  OPERATOR
}
