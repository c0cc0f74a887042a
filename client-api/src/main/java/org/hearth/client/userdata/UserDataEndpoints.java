package org.hearth.client.userdata;

import org.hearth.client.http.Routes;
import org.hearth.engine.userdata.Filters;

/// All endpoints of this package.
public record UserDataEndpoints(
    org.hearth.engine.userdata.AccountData accountData,
    org.hearth.engine.userdata.Tags tags,
    Filters filters) {

  /// Mounts them.
  public void mount(Routes routes) {
    new AccountData(accountData).mount(routes);
    new Tags(tags).mount(routes);
    new Filter(filters).mount(routes);
  }
}
