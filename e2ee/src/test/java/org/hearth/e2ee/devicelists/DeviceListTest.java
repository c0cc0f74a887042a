package org.hearth.e2ee.devicelists;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.e2ee.Meetings;
import org.hearth.e2ee.TestDevice;
import org.hearth.e2ee.TestIdentity;
import org.hearth.e2ee.World;
import org.hearth.e2ee.keys.KeyUpload;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two servers; Alice at home, Bob on the other one.
class DeviceListTest {
  private final World a = new World("a.example");
  private final World b = new World("b.example");
  private final UserId alice = a.user("alice");
  private final UserId bob = b.user("bob");

  @BeforeEach
  void connect() {
    a.others.put(b.name, b);
    b.others.put(a.name, a);
    addDevice(bob, "BOB1");
  }

  private void share() {
    a.share(alice, bob);
    b.share(alice, bob);
  }

  private TestDevice addDevice(UserId user, String id) {
    var world = user.serverName().equals(a.name) ? a : b;
    var device = world.login(user, id);
    world.uploads.upload(user, id, new KeyUpload(device.deviceKeys(), Map.of(), Map.of()));
    return device;
  }

  private List<String> devicesOfBob() {
    var answer = a.queries.query(alice, Map.of(bob, List.of()), World.TIMEOUT);
    return List.copyOf(answer.deviceKeys().get(bob).keySet());
  }

  /// EDUs of b for a that were not sent yet.
  private List<QueuedEdu> broadcast() {
    while (b.broadcaster.step()) {
      // Until it has told everything.
    }
    var edus = b.outgoing.after(a.name, 0, 100);
    if (!edus.isEmpty()) b.outgoing.delivered(a.name, edus.getLast().position());
    return edus;
  }

  private void receive(QueuedEdu edu) {
    switch (edu.type()) {
      case "m.device_list_update" -> a.remoteLists.deviceListUpdate(b.name, edu.content());
      case "m.signing_key_update" -> a.remoteLists.signingKeyUpdate(b.name, edu.content());
      default -> throw new AssertionError(edu);
    }
  }

  @Test
  void usersWhoShareNoRoomAreAskedForEachTime() {
    assertThat(devicesOfBob()).containsExactly("BOB1");
    assertThat(devicesOfBob()).containsExactly("BOB1");
    assertThat(a.asked).isEqualTo(2);
  }

  @Test
  void theListOfAUserWhoSharesARoomIsAskedForOnceAndThenUpdated() {
    share();
    broadcast();
    assertThat(devicesOfBob()).containsExactly("BOB1");
    addDevice(bob, "BOB2");
    broadcast().forEach(this::receive);
    addDevice(bob, "BOB3");
    broadcast().forEach(this::receive);
    assertThat(devicesOfBob()).containsExactly("BOB1", "BOB2", "BOB3");
    b.ledger.write(KeyUploads.forget(bob, "BOB1").toArray(Change[]::new));
    broadcast().forEach(this::receive);
    assertThat(devicesOfBob()).containsExactly("BOB2", "BOB3");
    assertThat(a.asked).isEqualTo(1);
  }

  /// "If the receiving server does not recognise any of the prev_ids, it means an EDU has been
  /// lost".
  @Test
  void aLostUpdateMakesTheNextQueryAskAgain() {
    share();
    broadcast();
    devicesOfBob();
    addDevice(bob, "LOST");
    broadcast();
    addDevice(bob, "BOB3");
    broadcast().forEach(this::receive);
    assertThat(devicesOfBob()).containsExactly("BOB1", "BOB3", "LOST");
    assertThat(a.asked).isEqualTo(2);
    assertThat(devicesOfBob()).hasSize(3);
    assertThat(a.asked).isEqualTo(2);
  }

  @Test
  void anUpdateIsTakenOnce() {
    share();
    broadcast();
    devicesOfBob();
    addDevice(bob, "BOB2");
    var edus = broadcast();
    edus.forEach(this::receive);
    long before = a.ledger.committed();
    edus.forEach(this::receive);
    assertThat(a.ledger.committed()).isEqualTo(before);
  }

  @Test
  void localUsersWhoShareARoomHearOfIt() {
    share();
    broadcast();
    devicesOfBob();
    long before = a.ledger.committed();
    addDevice(bob, "BOB2");
    broadcast().forEach(this::receive);
    long now = a.ledger.committed();
    assertThat(a.changes.between(alice, before, now).changed()).containsExactly(bob);
    assertThat(a.changes.between(a.user("carol"), before, now).changed()).isEmpty();
    assertThat(a.changes.between(alice, now, now).changed()).isEmpty();
  }

  @Test
  void aUserHearsOfItsOwnNewDevice() {
    addDevice(alice, "NEW");
    assertThat(a.changes.between(alice, 0, a.ledger.committed()).changed()).containsExactly(alice);
  }

  @Test
  void updatesAboutStrangersAndBySomebodyElseAreDropped() {
    addDevice(bob, "BOB2");
    b.share(alice, bob);
    var edus = broadcast();
    edus.forEach(this::receive);
    assertThat(a.ledger.committed()).isZero();
    a.share(alice, bob);
    a.remoteLists.deviceListUpdate(a.name, edus.getFirst().content());
    assertThat(a.ledger.committed()).isZero();
  }

  @Test
  void newCrossSigningKeysAreTold() {
    share();
    broadcast();
    devicesOfBob();
    var identity = TestIdentity.of(bob);
    b.crossSigning.upload(bob, identity.upload(), false);
    var edus = broadcast();
    assertThat(edus).extracting(QueuedEdu::type).containsExactly("m.signing_key_update");
    assertThat(edus.getFirst().content().has("user_signing_key")).isFalse();
    edus.forEach(this::receive);
    var answer = a.queries.query(alice, Map.of(bob, List.of()), World.TIMEOUT);
    assertThat(answer.masterKeys().get(bob)).isEqualTo(identity.masterKey());
    assertThat(answer.selfSigningKeys()).containsKey(bob);
    assertThat(a.asked).isEqualTo(1);
  }

  @Test
  void aServerThatDoesNotAnswerIsAFailure() {
    a.away.add(b.name);
    share();
    var answer = a.queries.query(alice, Map.of(bob, List.of()), World.TIMEOUT);
    assertThat(answer.failures()).containsOnlyKeys(b.name);
    assertThat(answer.deviceKeys()).isEmpty();
  }

  @Test
  void manyUsersOfOneServerAreAskedForInOneRequest() {
    var wanted = new java.util.TreeMap<UserId, List<String>>();
    for (int i = 0; i < 20; i++) {
      var user = b.user("user" + i);
      addDevice(user, "D");
      a.share(alice, user);
      wanted.put(user, List.of());
    }
    assertThat(a.queries.query(alice, wanted, World.TIMEOUT).deviceKeys()).hasSize(20);
    assertThat(a.asked).isEqualTo(1);
    assertThat(a.queries.query(alice, wanted, World.TIMEOUT).deviceKeys().get(b.user("user7")))
        .containsOnlyKeys("D");
    assertThat(a.asked).isEqualTo(1);
  }

  @Test
  void whatOtherServersSeeHasNoDeviceNames() {
    var devices = b.federated.devices(bob).orElseThrow();
    assertThat(devices.devices().get("BOB1").has("unsigned")).isFalse();
    assertThat(devices.streamId()).isPositive();
    assertThat(b.federated.devices(alice)).isEmpty();
  }

  @Test
  void theBroadcastGoesOnWhereItWasAfterARestart() {
    share();
    assertThat(broadcast()).hasSize(1);
    addDevice(bob, "BOB2");
    var again = b.restarted();
    assertThat(again.broadcaster.step()).isTrue();
    assertThat(again.broadcaster.step()).isFalse();
    assertThat(again.outgoing.after(a.name, 0, 10)).hasSize(1);
  }

  /// EDUs of b for a that follow from the meeting.
  private List<QueuedEdu> introduce(UserId user) {
    b.meetings.put(b.ledger.committed() + 1, new Meetings.Meeting(user, Set.of(a.name)));
    while (b.introductions.step()) {
      // Until it has told everything.
    }
    var edus = b.outgoing.after(a.name, 0, 100);
    if (!edus.isEmpty()) b.outgoing.delivered(a.name, edus.getLast().position());
    return edus;
  }

  /// "Servers must send `m.device_list_update` EDUs ... when that user joins a room which contains
  /// servers which are not already receiving updates for that user's device list".
  @Test
  void aServerThatComesToShareARoomIsToldOnce() {
    addDevice(bob, "BOB2");
    share();
    broadcast();
    devicesOfBob();
    addDevice(bob, "BOB3");
    broadcast();
    var edus = introduce(bob);
    assertThat(edus).extracting(QueuedEdu::type).containsExactly("m.device_list_update");
    assertThat(edus.getFirst().content().path("user_id").asText()).isEqualTo(bob.value());
    assertThat(edus.getFirst().content().path("device_id").asText()).isEqualTo("BOB3");
    edus.forEach(this::receive);
    assertThat(devicesOfBob()).containsExactly("BOB1", "BOB2", "BOB3");
    assertThat(b.restarted().introductions.step()).isFalse();
  }

  @Test
  void aDeviceWithoutKeysIsToldAndIsNotCalledDeleted() {
    var carol = b.user("carol");
    b.login(carol, "CAROL1");
    var edus = introduce(carol);
    assertThat(edus).hasSize(1);
    assertThat(edus.getFirst().content().path("device_id").asText()).isEqualTo("CAROL1");
    assertThat(edus.getFirst().content().has("deleted")).isFalse();
    assertThat(edus.getFirst().content().path("stream_id").asLong()).isPositive();
    assertThat(edus.getFirst().content().path("prev_id")).isEmpty();
    assertThat(introduce(b.user("without"))).isEmpty();
  }

  @Test
  void aMeetingWithManyServersIsToldInSlices() {
    var servers = new TreeSet<ServerName>();
    for (int i = 0; i < 450; i++) servers.add(new ServerName("s" + i + ".example"));
    b.meetings.put(b.ledger.committed() + 1, new Meetings.Meeting(bob, servers));
    assertThat(b.introductions.step()).isTrue();
    assertThat(b.introductions.step()).isFalse();
    assertThat(b.outgoing.destinations()).isEqualTo(servers);
  }
}
