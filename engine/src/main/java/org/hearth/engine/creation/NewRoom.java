package org.hearth.engine.creation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Body of
/// [createRoom](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom).
///
/// All members are optional; an absent list is empty.
///
/// @param visibility `public` to publish the room in the directory, else `private`
/// @param roomAliasName the local part of an alias to make
/// @param initialState laid over what the preset says
/// @param preset absent: by `visibility`
/// @param powerLevelContentOverride its top-level keys replace those of the default power levels
public record NewRoom(
    @Nullable String visibility,
    @JsonProperty("room_alias_name") @Nullable String roomAliasName,
    @Nullable String name,
    @Nullable String topic,
    List<UserId> invite,
    @JsonProperty("invite_3pid") List<ObjectNode> inviteThirdParty,
    @JsonProperty("room_version") @Nullable String roomVersion,
    @JsonProperty("creation_content") @Nullable ObjectNode creationContent,
    @JsonProperty("initial_state") List<StateEvent> initialState,
    @Nullable Preset preset,
    @JsonProperty("is_direct") @Nullable Boolean isDirect,
    @JsonProperty("power_level_content_override") @Nullable ObjectNode powerLevelContentOverride) {

  public NewRoom {
    invite = invite == null ? List.of() : List.copyOf(invite);
    inviteThirdParty = inviteThirdParty == null ? List.of() : List.copyOf(inviteThirdParty);
    initialState = initialState == null ? List.of() : List.copyOf(initialState);
  }

  /// @param stateKey empty if absent
  public record StateEvent(
      String type, @JsonProperty("state_key") String stateKey, ObjectNode content) {
    public StateEvent {
      if (type == null || content == null)
        throw new IllegalArgumentException("initial_state needs type and content");
      stateKey = stateKey == null ? "" : stateKey;
    }
  }

  boolean direct() {
    return Boolean.TRUE.equals(isDirect);
  }

  boolean published() {
    return "public".equals(visibility);
  }

  Preset presetOrDefault() {
    return preset == null ? Preset.forVisibility(published()) : preset;
  }
}
