package org.hearth.client.meta;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification file `capabilities.yaml`.
final class Capabilities {
  private final String defaultRoomVersion;
  private final List<String> roomVersions;

  Capabilities(String defaultRoomVersion, List<String> roomVersions) {
    this.defaultRoomVersion = defaultRoomVersion;
    this.roomVersions = List.copyOf(roomVersions);
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .get("/v3/capabilities", Auth.ACCESS_TOKEN, this::getCapabilities);
  }

  Reply getCapabilities(Caller caller, Path path) {
    Map<String, Boolean> on = Map.of("enabled", true);
    Map<String, Boolean> off = Map.of("enabled", false);
    var available = new LinkedHashMap<String, String>();
    roomVersions.forEach(version -> available.put(version, "stable"));
    var capabilities = new LinkedHashMap<String, Object>();
    capabilities.put("m.change_password", on);
    capabilities.put(
        "m.room_versions", Map.of("default", defaultRoomVersion, "available", available));
    capabilities.put("m.set_displayname", on);
    capabilities.put("m.set_avatar_url", on);
    capabilities.put("m.profile_fields", on);
    capabilities.put("m.3pid_changes", off);
    capabilities.put("m.get_login_token", on);
    if (caller.login().administrator()) {
      capabilities.put("m.account_moderation", Map.of("lock", true, "suspend", true));
    }
    return Reply.ok(Map.of("capabilities", capabilities));
  }
}
