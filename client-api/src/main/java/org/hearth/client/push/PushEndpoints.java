package org.hearth.client.push;

import org.hearth.client.http.Routes;
import org.hearth.engine.push.PushRules;
import org.hearth.engine.push.Pushers;

/// All endpoints of this package.
public record PushEndpoints(PushRules rules, Pushers pushers) {

  /// Mounts them.
  public void mount(Routes routes) {
    new Pushrules(rules).mount(routes);
    new Pusher(pushers).mount(routes);
  }
}
