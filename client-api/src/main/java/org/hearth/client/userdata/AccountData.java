package org.hearth.client.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Specification file `account-data.yaml`; methods are its operationIds.
final class AccountData {
  private final org.hearth.engine.userdata.AccountData data;

  AccountData(org.hearth.engine.userdata.AccountData data) {
    this.data = data;
  }

  void mount(Routes routes) {
    String global = "/v3/user/:userId/account_data/:type";
    routes.put(global, Auth.ACCESS_TOKEN, ObjectNode.class, this::setAccountData);
    routes.get(global, Auth.ACCESS_TOKEN, this::getAccountData);
    String perRoom = "/v3/user/:userId/rooms/:roomId/account_data/:type";
    routes.put(perRoom, Auth.ACCESS_TOKEN, ObjectNode.class, this::setAccountDataPerRoom);
    routes.get(perRoom, Auth.ACCESS_TOKEN, this::getAccountDataPerRoom);
  }

  Reply setAccountData(Caller caller, Path path, ObjectNode body) {
    return set(caller, path, null, body);
  }

  Reply getAccountData(Caller caller, Path path) {
    return get(caller, path, null);
  }

  Reply setAccountDataPerRoom(Caller caller, Path path, ObjectNode body) {
    return set(caller, path, path.roomId(), body);
  }

  Reply getAccountDataPerRoom(Caller caller, Path path) {
    return get(caller, path, path.roomId());
  }

  private Reply set(Caller caller, Path path, @Nullable RoomId roomId, ObjectNode body) {
    caller.mustBe(path.userId());
    return switch (data.set(caller.userId(), roomId, path.get("type"), body)) {
      case Outcome.Done<?> _ -> Reply.empty();
      case Outcome.Refused<?>(var refusal) ->
          refusal.code() == ErrorCode.M_BAD_JSON
              ? Reply.refused(405, refusal)
              : Reply.refused(refusal);
    };
  }

  private Reply get(Caller caller, Path path, @Nullable RoomId roomId) {
    caller.mustBe(path.userId());
    return data.get(caller.userId(), roomId, path.get("type"))
        .map(Reply::ok)
        .orElseGet(() -> Reply.error(404, "M_NOT_FOUND", "No account data of this type"));
  }
}
