package org.hearth.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.engine.room.OutgoingEvents;
import org.hearth.federation.client.AddressRules;
import org.hearth.federation.client.DnsJava;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationLimits;
import org.hearth.federation.client.PeerRules;
import org.hearth.federation.client.RequestSigner;
import org.hearth.federation.client.TrustedAuthorities;
import org.hearth.federation.keys.KeyFetcher;
import org.hearth.federation.keys.KeyRing;
import org.hearth.federation.keys.OwnKeys;
import org.hearth.federation.remote.FederatedRooms;
import org.hearth.federation.sender.Courier;
import org.hearth.federation.sender.FederationSender;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.server.config.Config;
import org.hearth.storage.federation.StoredFederation;

/// What asks other servers. It needs no engine, so that the engine can be made with it.
final class FederationParts implements AutoCloseable {
  private static final int REMEMBERED_SERVERS = 20_000;

  private final PeerRules peers;
  private final FederationClient client;
  private final OwnKeys ownKeys;
  private final FederatedRooms rooms;
  private final StoredFederation store;
  private final KeyRing keyRing;
  private final Basics basics;

  FederationParts(Basics basics) throws StartFailure {
    Config.Federation settings = basics.config().federation();
    this.peers = peers(settings, basics.config().serverName());
    this.ownKeys =
        new OwnKeys(
            basics.serverName(),
            basics.keys().signingKey(),
            retired(settings, basics.keys().signingKey().id()),
            basics.clock());
    this.client =
        new FederationClient(
            basics.vertx(),
            new RequestSigner(basics.serverName(), basics.keys().signingKey()),
            trust(settings),
            peers,
            new AddressRules(settings.allowPrivateAddresses()),
            limits(settings),
            new DnsJava(basics.random()),
            basics.clock(),
            basics.random());
    this.rooms = new FederatedRooms(client);
    this.store = new StoredFederation(basics.database());
    this.keyRing =
        new KeyRing(
            ownKeys,
            KeyFetcher.over(client),
            settings.notaryServers().stream().map(ServerName::new).toList(),
            store,
            basics.ledger(),
            basics.clock(),
            REMEMBERED_SERVERS);
    this.basics = basics;
  }

  /// What sends to other servers; it begins with {@link FederationSender#start}.
  FederationSender sender(OutgoingEvents events, OutgoingEdus edus) {
    return new FederationSender(
        basics.serverName(),
        events,
        edus,
        store,
        basics.ledger(),
        Courier.over(client),
        basics.metrics(),
        basics.clock());
  }

  private static List<OwnKeys.Retired> retired(Config.Federation settings, String current)
      throws StartFailure {
    var retired = new ArrayList<OwnKeys.Retired>();
    for (var old : settings.oldVerifyKeys()) {
      if (old.id().equals(current))
        throw new StartFailure(
            "federation.old_verify_keys names " + current + ", which is the key in use.");
      retired.add(new OwnKeys.Retired(VerifyKey.decode(old.id(), old.key()), old.expiredMs()));
    }
    return retired;
  }

  /// Without federation nobody else is a peer.
  private static PeerRules peers(Config.Federation settings, String ownName) {
    return settings.enabled()
        ? new PeerRules(settings.allowedServers(), settings.deniedServers())
        : new PeerRules(List.of(ownName), List.of());
  }

  private static TrustManagerFactory trust(Config.Federation settings) throws StartFailure {
    try {
      return TrustedAuthorities.with(settings.extraCaCertificates());
    } catch (IOException e) {
      throw new StartFailure(
          "federation.extra_ca_certificates cannot be read: " + DataDirectory.reason(e), e);
    }
  }

  private static FederationLimits limits(Config.Federation settings) {
    FederationLimits usual = FederationLimits.DEFAULT;
    return new FederationLimits(
        usual.connectTimeout(),
        Duration.ofSeconds(settings.requestTimeoutSeconds()),
        usual.maxResponseBytes(),
        usual.concurrentPerDestination(),
        usual.concurrentInAll(),
        usual.firstBackoff(),
        usual.longestBackoff(),
        usual.rememberedDestinations());
  }

  PeerRules peerRules() {
    return peers;
  }

  FederationClient client() {
    return client;
  }

  KeyRing keyRing() {
    return keyRing;
  }

  FederatedRooms rooms() {
    return rooms;
  }

  @Override
  public void close() {
    client.close();
  }
}
