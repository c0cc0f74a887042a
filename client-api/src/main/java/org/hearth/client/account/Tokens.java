package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.engine.account.Sessions;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What login and registration answer.
///
/// @param refreshToken only for clients that said they can refresh
/// @param expiresInMs only for tokens that expire
record Tokens(
    @JsonProperty("user_id") UserId userId,
    @JsonProperty("access_token") @Nullable String accessToken,
    @JsonProperty("device_id") @Nullable String deviceId,
    @JsonProperty("refresh_token") @Nullable String refreshToken,
    @JsonProperty("expires_in_ms") @Nullable Long expiresInMs,
    @JsonProperty("home_server") String homeServer) {

  static Tokens of(Sessions.Issued issued) {
    return new Tokens(
        issued.userId(),
        issued.accessToken(),
        issued.deviceId(),
        issued.refreshToken(),
        issued.expiresInMs(),
        issued.userId().serverName().toString());
  }

  /// An account without a login.
  static Tokens none(UserId userId) {
    return new Tokens(userId, null, null, null, null, userId.serverName().toString());
  }

  @Override
  public String toString() {
    return "Tokens[" + userId + "]";
  }
}
