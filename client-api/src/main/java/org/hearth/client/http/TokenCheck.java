package org.hearth.client.http;

import org.hearth.engine.account.Session;

/// Answers whose access token it is. Runs on the request's thread and may read the database.
@FunctionalInterface
public interface TokenCheck {
  /// What a token turned out to be.
  sealed interface Result {
    /// A login that holds.
    record Good(Session session) implements Result {}

    /// No login.
    ///
    /// @param softLogout whether the token only expired, so that the client should keep its data
    ///   and log in again or refresh
    record Bad(boolean softLogout) implements Result {}

    /// The key of whoever operates the machine: nobody's login, good for [Auth#OPERATOR] only.
    record Operator() implements Result {}
  }

  /// Looks a token up.
  ///
  /// @param address where it is used from, for "last seen"
  Result check(String accessToken, String address, String userAgent);
}
