package org.hearth.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.AccountStore;
import org.hearth.engine.account.Accounts;
import org.hearth.schemas.id.UserId;

/// `POST /_hearth/admin/v1/erase`: ends an account and erases what can be erased, as
/// `/account/deactivate` with `erase` does; also for an account that ended without it.
///
/// Shape `{"user_id": "@alice:a.example"}`. Errors: 404 `M_NOT_FOUND` if there is no such account
/// here.
final class ErasureAdmin {
  private final Accounts accounts;
  private final AccountStore store;

  ErasureAdmin(Accounts accounts, AccountStore store) {
    this.accounts = accounts;
    this.store = store;
  }

  void mount(Routes routes) {
    routes.post("/_hearth/admin/v1/erase", Auth.OPERATOR, EraseRequest.class, this::erase);
  }

  record EraseRequest(@JsonProperty("user_id") UserId userId) {}

  Reply erase(Caller caller, Path path, EraseRequest body) {
    if (store.account(body.userId()).isEmpty())
      return Reply.error(404, "M_NOT_FOUND", "There is no such account on this server");
    accounts.deactivate(body.userId(), true);
    return Reply.empty();
  }
}
