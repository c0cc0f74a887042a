package org.hearth.server;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.hearth.client.account.AccountEndpoints;
import org.hearth.client.http.Routes;
import org.hearth.client.meta.MetaEndpoints;
import org.hearth.client.meta.ServerFacts;
import org.hearth.client.profile.ProfileEndpoints;
import org.hearth.client.push.PushEndpoints;
import org.hearth.client.userdata.UserDataEndpoints;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.Api;

/// Puts the engine between storage, federation and the faces: one line for each part, in the order
/// of dependence. What is made here and must be closed is handed to `parts`.
final class Wiring {
  private Wiring() {}

  /// Makes everything, and answers who serves which API.
  static Map<Api, Face> faces(Basics basics, BiConsumer<String, AutoCloseable> parts)
      throws StartFailure {
    var federation = new FederationParts(basics);
    parts.accept("federation client", federation);
    var accounts = new AccountParts(basics, List.of(), userId -> {});
    parts.accept("password threads", accounts);
    var persons =
        new PersonParts(
            basics,
            accounts,
            userId -> Outcome.refused(ErrorCode.M_CONNECTION_FAILED, "no answer"),
            List.of());

    var client = new ClientParts(basics);
    mount(basics, client, accounts, persons);
    Face clientFace = client.face(AccountEndpoints.tokenCheck(accounts.sessions()));

    Map<Api, Face> faces = new EnumMap<>(Api.class);
    for (Api api : List.of(Api.CLIENT, Api.MEDIA, Api.ADMIN)) faces.put(api, clientFace);
    return faces;
  }

  private static void mount(
      Basics basics, ClientParts client, AccountParts accounts, PersonParts persons) {
    Routes routes = client.routes();
    new MetaEndpoints(facts(basics.config())).mount(routes);
    new AccountEndpoints(
            accounts.accounts(),
            accounts.sessions(),
            accounts.devices(),
            accounts.logins(),
            accounts.registrations(),
            accounts.sharedSecret(),
            accounts.auth(),
            accounts.openIdTokens(),
            client.rates())
        .mount(routes);
    new ProfileEndpoints(persons.profiles()).mount(routes);
    new UserDataEndpoints(persons.accountData(), persons.tags(), persons.filters()).mount(routes);
    new PushEndpoints(persons.pushRules(), persons.pushers()).mount(routes);
  }

  private static ServerFacts facts(Config config) {
    return new ServerFacts(
        config.wellKnown().clientBaseUrl().map(Object::toString),
        config.wellKnown().server(),
        List.of(),
        java.util.Optional.empty(),
        config.rooms().defaultVersion(),
        List.of("10", "11", "12"),
        Map.of());
  }
}
