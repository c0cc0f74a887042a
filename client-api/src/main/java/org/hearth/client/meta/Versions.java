package org.hearth.client.meta;

import java.util.List;
import java.util.Map;
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

  private final Map<String, Boolean> features;

  /// @param features flags of what exists; others are left out
  Versions(Map<String, Boolean> features) {
    this.features = Map.copyOf(features);
  }

  void mount(Routes routes) {
    routes.get("/versions", Auth.NONE, this::getVersions);
  }

  Reply getVersions(Caller caller, Path path) {
    return Reply.ok(Map.of("versions", VERSIONS, "unstable_features", features))
        .withHeader("Vary", "Authorization");
  }
}
