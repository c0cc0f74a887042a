package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.membership.Memberships;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Specification files `inviting.yaml` and `third_party_membership.yaml`, which share their path.
final class Inviting {
  private final Memberships memberships;

  Inviting(Memberships memberships) {
    this.memberships = memberships;
  }

  /// @param userId null in third-party invites
  /// @param medium of the third-party identifier; null in others
  record InviteRequest(
      @JsonProperty("user_id") @Nullable UserId userId,
      @Nullable String reason,
      @Nullable String medium) {}

  void mount(Routes routes) {
    routes
        .limited(RateClass.MEMBERSHIP)
        .post("/v3/rooms/:roomId/invite", Auth.ACCESS_TOKEN, InviteRequest.class, this::inviteUser);
  }

  Reply inviteUser(Caller caller, Path path, InviteRequest body) {
    if (body.userId() == null) {
      if (body.medium() == null) throw RequestError.missingParam("user_id");
      return Reply.error(
          403,
          "M_THREEPID_DENIED",
          "This server has no identity server; invite people by their Matrix ids.");
    }
    return Reply.emptyOr(
        memberships.invite(
            RoomEndpoints.requester(caller), path.roomId(), body.userId(), body.reason(), false));
  }
}
