package org.hearth.client.meta;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification files `wellknown.yaml` (of clients and of servers) and `support.yaml`.
final class Wellknown {
  private final ServerFacts facts;

  Wellknown(ServerFacts facts) {
    this.facts = facts;
  }

  void mount(Routes routes) {
    routes.get("/.well-known/matrix/client", Auth.NONE, this::getWellknown);
    routes.get("/.well-known/matrix/server", Auth.NONE, this::getServerWellknown);
    routes.get("/.well-known/matrix/support", Auth.NONE, this::getWellknownSupport);
  }

  Reply getWellknown(Caller caller, Path path) {
    return or404(facts.clientBaseUrl().map(url -> Map.of("m.homeserver", Map.of("base_url", url))));
  }

  Reply getServerWellknown(Caller caller, Path path) {
    return or404(facts.delegatedServer().map(server -> Map.of("m.server", server)));
  }

  Reply getWellknownSupport(Caller caller, Path path) {
    if (facts.supportPage().isEmpty() && facts.contacts().isEmpty()) {
      return or404(Optional.empty());
    }
    var support = new LinkedHashMap<String, Object>();
    if (!facts.contacts().isEmpty()) {
      support.put("contacts", facts.contacts().stream().map(Wellknown::shown).toList());
    }
    facts.supportPage().ifPresent(page -> support.put("support_page", page));
    return Reply.ok(support);
  }

  private static Map<String, Object> shown(ServerFacts.Contact contact) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("role", contact.role());
    contact.matrixId().ifPresent(id -> shown.put("matrix_id", id));
    contact.email().ifPresent(email -> shown.put("email_address", email));
    return shown;
  }

  private static Reply or404(Optional<? extends Map<String, ?>> body) {
    if (body.isEmpty()) {
      return Reply.error(404, "M_NOT_FOUND", "This server does not publish it");
    }
    return Reply.ok(body.get()).withHeader("Cache-Control", "public, max-age=3600");
  }
}
