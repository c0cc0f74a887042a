package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.upgrade.RoomUpgrades;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Specification file `room_upgrades.yaml`.
final class RoomUpgrading {
  private final RoomUpgrades upgrades;

  RoomUpgrading(RoomUpgrades upgrades) {
    this.upgrades = upgrades;
  }

  record UpgradeRequest(
      @JsonProperty("new_version") String newVersion,
      @JsonProperty("additional_creators") @Nullable List<UserId> additionalCreators) {}

  void mount(Routes routes) {
    routes
        .limited(RateClass.MEMBERSHIP)
        .post(
            "/v3/rooms/:roomId/upgrade",
            Auth.ACCESS_TOKEN,
            UpgradeRequest.class,
            this::upgradeRoom);
  }

  Reply upgradeRoom(Caller caller, Path path, UpgradeRequest body) {
    var additional =
        body.additionalCreators() == null ? List.<UserId>of() : body.additionalCreators();
    return Reply.of(
        upgrades.upgrade(
            RoomEndpoints.requester(caller), path.roomId(), body.newVersion(), additional),
        room -> Map.of("replacement_room", room));
  }
}
