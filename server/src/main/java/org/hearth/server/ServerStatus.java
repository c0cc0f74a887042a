package org.hearth.server;

import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;

/// `GET /_hearth/admin/v1/server`: which server this is and how far it has written.
///
/// Shape `{"server_name": "a.example", "version": "0.1.0", "position": 4711}`.
final class ServerStatus {
  private final ServerName name;
  private final Ledger ledger;

  ServerStatus(ServerName name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
  }

  void mount(Routes routes) {
    routes.get("/_hearth/admin/v1/server", Auth.OPERATOR, this::server);
  }

  Reply server(Caller caller, Path path) {
    return Reply.ok(
        Map.of(
            "server_name", name.value(),
            "version", Main.version(),
            "position", ledger.committed()));
  }
}
