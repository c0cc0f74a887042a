package org.hearth.client.account;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.Accounts;
import org.hearth.engine.account.Device;
import org.hearth.engine.account.Devices;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// Specification file `admin.yaml`; methods are its operationIds.
final class Admin {
  private final Accounts accounts;
  private final Devices devices;

  Admin(Accounts accounts, Devices devices) {
    this.accounts = accounts;
    this.devices = devices;
  }

  void mount(Routes routes) {
    routes.get("/v3/admin/whois/:userId", Auth.ACCESS_TOKEN, this::getWhoIs);
    routes.get("/v1/admin/lock/:userId", Auth.ADMIN, this::getAdminLockUser);
    routes.put("/v1/admin/lock/:userId", Auth.ADMIN, LockRequest.class, this::setAdminLockUser);
    routes.get("/v1/admin/suspend/:userId", Auth.ADMIN, this::getAdminSuspendUser);
    routes.put(
        "/v1/admin/suspend/:userId", Auth.ADMIN, SuspendRequest.class, this::setAdminSuspendUser);
  }

  /// Body of setAdminLockUser.
  record LockRequest(Boolean locked) {}

  /// Body of setAdminSuspendUser.
  record SuspendRequest(Boolean suspended) {}

  Reply getWhoIs(Caller caller, Path path) {
    UserId userId = path.userId();
    if (!caller.login().administrator()) {
      caller.mustBe(userId);
    }
    if (accounts.active(userId).isEmpty()) {
      return notFound();
    }
    var shown = new LinkedHashMap<String, Object>();
    for (Device device : devices.of(userId)) {
      List<Map<String, Object>> connections =
          device.lastSeenMs() == 0
              ? List.of()
              : List.of(Map.of("ip", device.lastSeenIp(), "last_seen", device.lastSeenMs()));
      shown.put(device.deviceId(), Map.of("sessions", List.of(Map.of("connections", connections))));
    }
    return Reply.ok(Map.of("user_id", userId, "devices", shown));
  }

  Reply getAdminLockUser(Caller caller, Path path) {
    return accounts
        .active(path.userId())
        .map(account -> Reply.ok(Map.of("locked", account.locked())))
        .orElseGet(Admin::notFound);
  }

  Reply setAdminLockUser(Caller caller, Path path, LockRequest body) {
    if (caller.userId().equals(path.userId())) {
      return Reply.error(403, "M_FORBIDDEN", "Administrators cannot lock themselves out");
    }
    return changed(accounts.lock(path.userId(), body.locked()));
  }

  Reply getAdminSuspendUser(Caller caller, Path path) {
    return accounts
        .active(path.userId())
        .map(account -> Reply.ok(Map.of("suspended", account.suspended())))
        .orElseGet(Admin::notFound);
  }

  Reply setAdminSuspendUser(Caller caller, Path path, SuspendRequest body) {
    if (caller.userId().equals(path.userId())) {
      return Reply.error(403, "M_FORBIDDEN", "Administrators cannot suspend themselves");
    }
    return changed(accounts.suspend(path.userId(), body.suspended()));
  }

  private static Reply changed(Outcome<Account> outcome) {
    return Reply.of(
        outcome, account -> Map.of("locked", account.locked(), "suspended", account.suspended()));
  }

  private static Reply notFound() {
    return Reply.error(404, "M_NOT_FOUND", "No such account on this server");
  }
}
