package org.hearth.client.meta;

import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification file `third_party_lookup.yaml`: no application service offers a third-party
/// network here.
final class ThirdPartyLookup {
  void mount(Routes routes) {
    String base = "/v3/thirdparty";
    routes.get(base + "/protocols", Auth.ACCESS_TOKEN, this::getProtocols);
    routes.get(base + "/protocol/:protocol", Auth.ACCESS_TOKEN, this::getProtocolMetadata);
    routes.get(base + "/location", Auth.ACCESS_TOKEN, this::queryByAliasOrId);
    routes.get(base + "/user", Auth.ACCESS_TOKEN, this::queryByAliasOrId);
    routes.get(base + "/location/:protocol", Auth.ACCESS_TOKEN, this::getProtocolMetadata);
    routes.get(base + "/user/:protocol", Auth.ACCESS_TOKEN, this::getProtocolMetadata);
  }

  Reply getProtocols(Caller caller, Path path) {
    return Reply.ok(Map.of());
  }

  Reply getProtocolMetadata(Caller caller, Path path) {
    return Reply.error(404, "M_NOT_FOUND", "No such network");
  }

  Reply queryByAliasOrId(Caller caller, Path path) {
    return Reply.ok(List.of());
  }
}
