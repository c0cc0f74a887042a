package org.hearth.client.meta;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification file `versions.yaml`.
///
/// Clients look for exact strings, so every version is listed by itself; and they probe some stable
/// features by their old flags only.
final class Versions {
  private static final List<String> VERSIONS =
      List.of(
          "r0.6.1", "v1.1", "v1.2", "v1.3", "v1.4", "v1.5", "v1.6", "v1.7", "v1.8", "v1.9", "v1.10",
          "v1.11", "v1.12", "v1.13", "v1.14", "v1.15", "v1.16", "v1.17", "v1.18", "v1.19");

  /// Stable features that some clients look for by these names only.
  private static final List<String> PROBED =
      List.of(
          "uk.tcpip.msc4133.stable",
          "com.beeper.msc4169",
          "org.matrix.msc2285.stable",
          "org.matrix.msc3030.stable",
          "org.matrix.msc3827.stable",
          "org.matrix.msc3882",
          "org.matrix.msc3916.stable",
          "org.matrix.msc4151",
          "org.matrix.msc4380.stable",
          "uk.timedout.msc4323.stable");

  private final Map<String, Boolean> features;

  /// @param more flags of what exists besides
  Versions(Map<String, Boolean> more) {
    var all = new TreeMap<>(more);
    PROBED.forEach(feature -> all.put(feature, true));
    this.features = all;
  }

  void mount(Routes routes) {
    routes.get("/versions", Auth.NONE, this::getVersions);
  }

  Reply getVersions(Caller caller, Path path) {
    return Reply.ok(Map.of("versions", VERSIONS, "unstable_features", features))
        .withHeader("Vary", "Authorization");
  }
}
