package org.hearth.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.hearth.client.account.AccountEndpoints;
import org.hearth.client.admin.RoomVerify;
import org.hearth.client.http.Routes;
import org.hearth.client.media.AuthedContentRepo;
import org.hearth.client.media.ContentRepo;
import org.hearth.client.meta.MetaEndpoints;
import org.hearth.client.meta.ServerFacts;
import org.hearth.client.profile.ProfileEndpoints;
import org.hearth.client.push.PushEndpoints;
import org.hearth.client.rooms.RelationEndpoints;
import org.hearth.client.rooms.ReportContent;
import org.hearth.client.rooms.RoomEndpoints;
import org.hearth.client.rooms.Users;
import org.hearth.client.userdata.UserDataEndpoints;
import org.hearth.e2ee.Fanout;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.engine.account.AccountStore;
import org.hearth.engine.encryption.AccountDevices;
import org.hearth.engine.encryption.DevicesWithKeys;
import org.hearth.engine.media.Media;
import org.hearth.engine.media.MediaStore;
import org.hearth.engine.room.InboundWork;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.sharing.RoomMeetings;
import org.hearth.engine.sharing.RoomSharing;
import org.hearth.engine.userdirectory.UserDirectory;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.federation.remote.FederatedMedia;
import org.hearth.federation.remote.FederatedProfiles;
import org.hearth.federation.remote.FederatedUserKeys;
import org.hearth.federation.sender.FederationSender;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.Api;
import org.hearth.storage.account.StoredAccounts;
import org.hearth.storage.media.StoredMedia;
import org.hearth.storage.room.RoomStores;
import org.hearth.storage.room.StoredMemberships;
import org.hearth.storage.room.StoredRoomRows;
import org.hearth.storage.room.StoredRooms;

/// Puts the engine between storage, federation and the faces, in the order of dependence. What is
/// made here and must be closed is handed to `closing`.
final class Wiring {
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final Duration MEDIA_RESERVATION = Duration.ofHours(24);
  private static final int MEDIA_RESERVATIONS = 20;

  /// How soon after keys were destroyed the root keys above them are rotated.
  private static final Duration KEYS_EVERY = Duration.ofMinutes(10);

  /// How many rooms take events of other servers at the same time.
  private static final int INBOUND_WORKERS = 4;

  private final Basics basics;
  private final BiConsumer<String, AutoCloseable> closing;

  private Wiring(Basics basics, BiConsumer<String, AutoCloseable> closing) {
    this.basics = basics;
    this.closing = closing;
  }

  /// Who serves which API.
  ///
  /// @param routes all that is mounted, as `METHOD /path/:parameter`
  record Faces(Map<Api, Face> byApi, List<String> routes) {}

  /// Makes everything.
  static Faces faces(Basics basics, BiConsumer<String, AutoCloseable> closing) throws StartFailure {
    return new Wiring(basics, closing).faces();
  }

  private Faces faces() throws StartFailure {
    var own = basics.serverName();
    var federation = new FederationParts(basics);
    closing.accept("federation client", federation);

    RoomEngine rooms = rooms(federation);
    AccountStore accountStore = new StoredAccounts(basics.database(), basics.storage().sealing());
    var policy = EncryptionParts.policy(basics.config().encryption());
    var persons =
        new PersonParts(basics, accountStore, new FederatedProfiles(federation.client()), rooms);
    var sharedRooms = new RoomSharing(own, rooms.rooms(), rooms.userRooms());
    var encryption =
        new EncryptionParts(
            basics,
            policy,
            new AccountDevices(own, accountStore),
            sharedRooms,
            new RoomMeetings(
                own,
                rooms.rooms(),
                new StoredMemberships(basics.database(), basics.storage().sealing())),
            new FederatedUserKeys(federation.client()));
    var sender = federation.sender(rooms.outgoing(), encryption.outgoing());
    var inRooms = new RoomParts(basics, rooms, persons, federation.rooms(), sender, policy);
    var accounts =
        new AccountParts(
            basics, accountStore, List.of(new DevicesWithKeys()), inRooms.departures());
    closing.accept("password threads", accounts);
    var storedMedia = storedMedia();
    var media = media(federation, storedMedia);
    closing.accept("expiry", new ExpiryParts(basics, rooms, inRooms.receiptStore(), storedMedia));
    var presence = new PresenceParts(basics, rooms, sharedRooms, sender);
    var sync = new SyncParts(basics, persons, inRooms, encryption, presence);
    follow(inRooms, encryption, sender);
    closing.accept("presence", presence.start());

    var client = new ClientParts(basics);
    Routes routes = client.routes();
    mountAccounts(routes, client, accounts, persons);
    mountRooms(routes, accounts, persons, inRooms);
    encryption.endpoints(accounts.auth()).mount(routes);
    sync.mount(routes, client.threads());
    new ContentRepo(media).mount(routes);
    new AuthedContentRepo(media, client.threads()).mount(routes);
    new ServerStatus(basics.serverName(), basics.ledger()).mount(routes);
    new ServerReports(inRooms.reports()).mount(routes);
    new RoomVerify(inspection(federation)).mount(routes);
    new ErasureAdmin(accounts.accounts(), accountStore).mount(routes);
    mountPurges(routes, inRooms);
    mountKeysAndJobs(routes, storedMedia);
    Face clientFace =
        client.face(
            new OperatorKey(
                basics.keys().operatorKey(), AccountEndpoints.tokenCheck(accounts.sessions())));

    Map<Api, Face> faces = new EnumMap<>(Api.class);
    List<String> mounted = new ArrayList<>(routes.listed());
    for (Api api : List.of(Api.CLIENT, Api.MEDIA, Api.ADMIN)) faces.put(api, clientFace);
    if (basics.config().federation().enabled()) {
      var incoming =
          new FederationFaceParts(
              basics, federation, accounts, persons, inRooms, encryption, presence);
      var endpoints = incoming.endpoints(media);
      mounted.addAll(endpoints.listed());
      faces.put(Api.FEDERATION, incoming.face(endpoints, sender));
    }
    return new Faces(faces, List.copyOf(mounted));
  }

  private KeyKeeping keyKeeping(KeyRotation rotation) {
    var keeping = new KeyKeeping(rotation, basics.storageParts(), basics.background());
    basics.background().execute(keeping::step);
    long timer =
        basics
            .vertx()
            .setPeriodic(KEYS_EVERY.toMillis(), _ -> basics.background().execute(keeping::step));
    closing.accept(
        "key rotation",
        () -> {
          basics.vertx().cancelTimer(timer);
          rotation.stop();
        });
    return keeping;
  }

  private void mountPurges(Routes routes, RoomParts rooms) {
    var purges = new PurgeParts(basics, rooms);
    closing.accept("purges", purges);
    purges.mount(routes);
    everyHour("old purges", purges.purges()::forgetOld);
  }

  private void mountKeysAndJobs(Routes routes, StoredMedia media) {
    var rotation = KeyRotation.of(basics, _ -> {});
    keyKeeping(rotation).mount(routes);
    new OperatorJobs(storageWork(media, rotation::master), basics.background()).mount(routes);
  }

  private StoredMedia storedMedia() {
    return new StoredMedia(
        basics.database(),
        basics.storage().sealing(),
        StorageWork.media(basics.config()),
        basics.random());
  }

  private StorageWork storageWork(StoredMedia media, Supplier<MasterKey> master) {
    return new StorageWork(
        basics.config(), master, basics.storage(), media, basics.clock(), basics.random());
  }

  private Media media(FederationParts federation, MediaStore store) {
    var limits = basics.config().media();
    return new Media(
        basics.serverName(),
        store,
        new FederatedMedia(federation.client()),
        basics.ledger(),
        new Media.Limits(
            limits.maxUploadBytes(),
            limits.maxRemoteBytes(),
            MEDIA_RESERVATION,
            MEDIA_RESERVATIONS),
        basics.clock(),
        basics.random());
  }

  private RoomInspection inspection(FederationParts federation) {
    var own = basics.serverName();
    var sealing = basics.storage().sealing();
    return new RoomInspection(
        new StoredRoomRows(basics.database(), sealing, own),
        new StoredRooms(basics.database(), sealing),
        federation.keyRing()::find,
        own);
  }

  private RoomEngine rooms(FederationParts federation) {
    return new RoomEngine(
        new RoomEngine.Identity(basics.serverName(), basics.keys().signingKey()),
        basics.ledger(),
        RoomStores.on(basics.database(), basics.storage().sealing()),
        new RoomEngine.Others(
            federation.rooms(),
            federation.keyRing(),
            new Fanout(task -> Thread.ofVirtual().name("check-events").start(task))),
        basics.clock(),
        basics.random(),
        RoomEngine.Limits.of(basics.budget()),
        ExpiryParts.lifetimes(basics.config().retention()));
  }

  /// The loops behind the ledger. They end before what they write to.
  private void follow(RoomParts rooms, EncryptionParts encryption, FederationSender sender) {
    basics.background().execute(rooms.engine()::recallTransactions);
    basics.background().execute(rooms.departures()::resume);
    closing.accept("device lists", encryption);
    encryption.start();
    closing.accept("federation sender", sender);
    sender.start();
    closing.accept("inbound work", workInbound(rooms.engine().inboundWork()));
    every(Duration.ofSeconds(1), "typing", rooms.typing()::step);
    everyHour("old transactions", rooms.engine()::forgetOldTransactions);
    everyHour("log of device lists", encryption::compact);
    every(BusyHeap.EVERY, "heap", BusyHeap.watch());
  }

  private void everyHour(String name, Runnable task) {
    every(Duration.ofHours(1), name, task);
  }

  private void every(Duration period, String name, Runnable task) {
    long timer =
        basics.vertx().setPeriodic(period.toMillis(), _ -> basics.background().execute(task));
    closing.accept(name, () -> basics.vertx().cancelTimer(timer));
  }

  private static AutoCloseable workInbound(InboundWork work) {
    List<Loop> loops =
        IntStream.range(0, INBOUND_WORKERS)
            .mapToObj(
                number ->
                    Loop.start(
                        "inbound-" + number,
                        () -> {
                          if (!work.awaitWork()) return false;
                          work.step();
                          return true;
                        },
                        Loop.pausing("Working in what another server sent")))
            .toList();
    return () -> {
      work.close();
      loops.forEach(loop -> loop.join(STOP));
    };
  }

  private void mountAccounts(
      Routes routes, ClientParts client, AccountParts accounts, PersonParts persons) {
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

  private void mountRooms(
      Routes routes, AccountParts accounts, PersonParts persons, RoomParts rooms) {
    RoomEngine engine = rooms.engine();
    new RoomEndpoints(
            basics.serverName(),
            rooms.creation(),
            rooms.memberships(),
            rooms.sending(),
            rooms.reading(),
            engine.timeline(),
            engine.clientEvents(),
            engine.userRooms(),
            rooms.aliases(),
            rooms.publicRooms(),
            rooms.upgrades())
        .mount(routes);
    new RelationEndpoints(engine.related(), engine.clientEvents()).mount(routes);
    new ReportContent(rooms.reading(), rooms.reports()).mount(routes);
    var users =
        new UserDirectory(
            engine.rooms(),
            engine.userRooms(),
            rooms.directory(),
            accounts.accounts(),
            persons.memberProfiles());
    new Users(users).mount(routes);
  }

  private static ServerFacts facts(Config config) {
    return new ServerFacts(
        config.wellKnown().clientBaseUrl().map(Object::toString),
        config.wellKnown().server(),
        List.of(),
        Optional.empty(),
        config.rooms().defaultVersion(),
        List.of("10", "11", "12"),
        Map.of());
  }
}
