package org.hearth.engine.creation;

import com.fasterxml.jackson.annotation.JsonProperty;

/// [Presets](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom) of new
/// rooms.
public enum Preset {
  @JsonProperty("private_chat")
  PRIVATE_CHAT("invite", "can_join", 0),
  @JsonProperty("trusted_private_chat")
  TRUSTED_PRIVATE_CHAT("invite", "can_join", 0),
  @JsonProperty("public_chat")
  PUBLIC_CHAT("public", "forbidden", 50);

  final String joinRule;
  final String guestAccess;

  /// Power needed to invite: in rooms that are private anyway, whoever is in may bring others.
  final int inviteLevel;

  Preset(String joinRule, String guestAccess, int inviteLevel) {
    this.joinRule = joinRule;
    this.guestAccess = guestAccess;
    this.inviteLevel = inviteLevel;
  }

  static Preset forVisibility(boolean published) {
    return published ? PUBLIC_CHAT : PRIVATE_CHAT;
  }
}
