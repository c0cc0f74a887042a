package org.hearth.federation.server;

import org.hearth.engine.federation.LocalQueries;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.UserId;

/// Specification file `query.yaml`; methods are its operationIds.
final class Query {
  private final LocalQueries queries;

  Query(LocalQueries queries) {
    this.queries = queries;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/query/profile", this::queryProfile);
    routes.get("/_matrix/federation/v1/query/directory", this::queryRoomDirectory);
    routes.get("/_matrix/federation/v1/query/:queryType", this::queryInfo);
  }

  Answer queryProfile(Call call) {
    UserId user = Call.parsed(call.required("user_id"), UserId::tryParse, "user ID");
    return Answer.of(queries.profile(user, call.query("field")), profile -> profile);
  }

  Answer queryRoomDirectory(Call call) {
    RoomAlias alias = Call.parsed(call.required("room_alias"), RoomAlias::tryParse, "room alias");
    return Answer.of(queries.directory(alias), found -> found);
  }

  Answer queryInfo(Call call) {
    return Answer.error(404, ErrorCode.M_UNRECOGNIZED, "There is no such query.");
  }
}
