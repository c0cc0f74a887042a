package org.hearth.client.meta;

import org.hearth.client.http.Routes;

/// All endpoints of this package.
public record MetaEndpoints(ServerFacts facts) {

  /// Mounts them.
  public void mount(Routes routes) {
    new Versions(facts.features()).mount(routes);
    new Capabilities(facts.defaultRoomVersion(), facts.roomVersions()).mount(routes);
    new Wellknown(facts).mount(routes);
    new Voip().mount(routes);
    new ThirdPartyLookup().mount(routes);
  }
}
