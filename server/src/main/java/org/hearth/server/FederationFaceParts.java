package org.hearth.server;

import java.util.HashMap;
import java.util.Map;
import org.hearth.engine.federation.EduReceiver;
import org.hearth.engine.media.Media;
import org.hearth.engine.room.InboundRooms;
import org.hearth.federation.sender.FederationSender;
import org.hearth.federation.server.FaceLimits;
import org.hearth.federation.server.FederationEndpoints;
import org.hearth.federation.server.FederationFace;
import org.hearth.federation.server.LocalAnswers;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.RateClass;

/// The face to other servers.
record FederationFaceParts(
    Basics basics,
    FederationParts federation,
    AccountParts accounts,
    PersonParts persons,
    RoomParts rooms,
    EncryptionParts encryption,
    PresenceParts presence) {

  FederationEndpoints endpoints(Media media) {
    return new FederationEndpoints(
        rooms.engine().inbound(),
        new LocalAnswers(
            basics.serverName(),
            persons.profiles(),
            rooms.aliases(),
            rooms.publicRooms(),
            rooms.engine().rooms(),
            accounts.openIdTokens()::find),
        encryption.localKeys(),
        media,
        edus(rooms.engine().inbound()),
        federation.keyRing(),
        basics.clock(),
        Main.version(),
        basics.config().wellKnown().server());
  }

  Face face(FederationEndpoints endpoints, FederationSender sender) {
    return new FederationFace(
            endpoints,
            basics.serverName(),
            federation.keyRing(),
            federation.peerRules(),
            limits(basics.config()),
            server -> {
              federation.client().alive(server);
              sender.alive(server);
            },
            basics.metrics(),
            basics.clock())
        ::handle;
  }

  private Map<String, EduReceiver> edus(InboundRooms acl) {
    var receivers = new HashMap<>(encryption.eduReceivers());
    receivers.put("m.typing", (origin, content) -> rooms.typing().receive(origin, content, acl));
    receivers.put("m.receipt", rooms.receipts()::receive);
    receivers.putAll(presence.eduReceivers());
    return Map.copyOf(receivers);
  }

  private static FaceLimits limits(Config config) {
    Config.RateLimits rates = config.rateLimits();
    Config.Rate rate =
        rates.enabled()
            ? rates.of(RateClass.FEDERATION)
            : new Config.Rate(Integer.MAX_VALUE, Integer.MAX_VALUE);
    return new FaceLimits(
        config.limits().federationBodyBytes(),
        (long) config.limits().bufferedBodiesMegabytes() << 20,
        config.limits().concurrentRequests(),
        config.limits().queuedRequests(),
        rate.perSecond(),
        rate.burst());
  }
}
