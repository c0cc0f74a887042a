package org.hearth.client.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.userdata.Filters;

/// Specification file `filter.yaml`; methods are its operationIds.
final class Filter {
  private final Filters filters;

  Filter(Filters filters) {
    this.filters = filters;
  }

  void mount(Routes routes) {
    routes.post("/v3/user/:userId/filter", Auth.ACCESS_TOKEN, ObjectNode.class, this::defineFilter);
    routes.get("/v3/user/:userId/filter/:filterId", Auth.ACCESS_TOKEN, this::getFilter);
  }

  Reply defineFilter(Caller caller, Path path, ObjectNode body) {
    caller.mustBe(path.userId());
    return Reply.of(filters.save(caller.userId(), body), id -> Map.of("filter_id", id));
  }

  Reply getFilter(Caller caller, Path path) {
    caller.mustBe(path.userId());
    return filters
        .find(caller.userId(), path.get("filterId"))
        .map(Reply::ok)
        .orElseGet(() -> Reply.error(404, "M_NOT_FOUND", "No such filter"));
  }
}
