package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.jspecify.annotations.Nullable;

/// Specification file `administrative_contact.yaml`: accounts here have no e-mail addresses and
/// phone numbers, and say so (capability `m.3pid_changes`).
final class AdministrativeContact {
  private static final String NONE =
      "Accounts on this server have no e-mail addresses or phone numbers";

  void mount(Routes all) {
    Routes routes = all.limited(RateClass.GENERAL);
    routes.get("/v3/account/3pid", Auth.ACCESS_TOKEN, this::getAccount3Pids);
    for (String change : List.of("", "/add", "/bind")) {
      routes.post("/v3/account/3pid" + change, Auth.ACCESS_TOKEN, ObjectNode.class, this::add3Pid);
    }
    for (String change : List.of("/delete", "/unbind")) {
      routes.post(
          "/v3/account/3pid" + change,
          Auth.ACCESS_TOKEN,
          UnbindRequest.class,
          this::delete3PidFromAccount);
    }
    for (String medium : List.of("email", "msisdn")) {
      routes.post(
          "/v3/account/3pid/" + medium + "/requestToken",
          Auth.NONE,
          ObjectNode.class,
          this::requestTokenTo3Pid);
    }
  }

  /// Which contact to remove.
  record UnbindRequest(
      String medium, String address, @JsonProperty("id_server") @Nullable String idServer) {}

  Reply getAccount3Pids(Caller caller, Path path) {
    return Reply.ok(Map.of("threepids", List.of()));
  }

  Reply add3Pid(Caller caller, Path path, ObjectNode body) {
    return Reply.error(403, "M_THREEPID_DENIED", NONE);
  }

  Reply delete3PidFromAccount(Caller caller, Path path, UnbindRequest body) {
    return Reply.ok(Map.of("id_server_unbind_result", "no-support"));
  }

  Reply requestTokenTo3Pid(Caller caller, Path path, ObjectNode body) {
    return Reply.error(403, "M_THREEPID_DENIED", NONE);
  }
}
