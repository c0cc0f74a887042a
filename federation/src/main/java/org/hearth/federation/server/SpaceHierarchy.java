package org.hearth.federation.server;

import org.hearth.engine.federation.LocalQueries;

/// Specification file `space_hierarchy.yaml`; methods are its operationIds.
final class SpaceHierarchy {
  private final LocalQueries queries;

  SpaceHierarchy(LocalQueries queries) {
    this.queries = queries;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/hierarchy/:roomId", this::getSpaceHierarchy);
  }

  Answer getSpaceHierarchy(Call call) {
    return Answer.of(
        queries.hierarchy(call.origin(), call.roomId(), call.flag("suggested_only")),
        found -> found);
  }
}
