package org.hearth.client.profile;

import org.hearth.client.http.Routes;
import org.hearth.engine.profile.Profiles;

/// All endpoints of this package.
public record ProfileEndpoints(Profiles profiles) {

  /// Mounts them.
  public void mount(Routes routes) {
    new Profile(profiles).mount(routes);
  }
}
