package org.hearth.e2ee.todevice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;
import org.hearth.e2ee.World;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToDeviceTest {
  private final World a = new World("a.example");
  private final World b = new World("b.example");
  private final UserId alice = a.user("alice");
  private final UserId bob = b.user("bob");

  @BeforeEach
  void login() {
    a.login(alice, "PHONE");
    a.login(alice, "TABLET");
    b.login(bob, "BOB1");
  }

  private static ToDeviceMessages to(UserId user, String deviceId, int number) {
    return new ToDeviceMessages(Map.of(user, Map.of(deviceId, message(number))));
  }

  private static ObjectNode message(int number) {
    return Json.object().put("number", number);
  }

  private static int number(InboxMessage message) {
    return message.content().path("number").asInt();
  }

  @Test
  void messagesArriveInOrderAndOnlyAtTheirDevice() {
    for (int i = 0; i < 5; i++)
      a.toDevice.send(alice, "PHONE", "m.dummy", "t" + i, to(alice, "TABLET", i));
    assertThat(a.inbox.after(alice, "TABLET", 0, 10))
        .extracting(ToDeviceTest::number)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(a.inbox.after(alice, "PHONE", 0, 10)).isEmpty();
  }

  @Test
  void aStarGoesToAllDevicesAndUnknownDevicesGetNothing() {
    a.toDevice.send(alice, "PHONE", "m.dummy", "1", to(alice, "*", 1));
    a.toDevice.send(alice, "PHONE", "m.dummy", "2", to(alice, "NONE", 2));
    assertThat(a.inbox.after(alice, "PHONE", 0, 10)).hasSize(1);
    assertThat(a.inbox.after(alice, "TABLET", 0, 10)).hasSize(1);
    assertThat(a.inbox.after(alice, "NONE", 0, 10)).isEmpty();
  }

  @Test
  void theSameTransactionOfADeviceSendsOnceAlsoAfterARestart() {
    assertThat(a.toDevice.send(alice, "PHONE", "m.dummy", "1", to(alice, "TABLET", 1)))
        .isEqualTo(Outcome.done(true));
    var again = a.restarted();
    assertThat(again.toDevice.send(alice, "PHONE", "m.dummy", "1", to(alice, "TABLET", 1)))
        .isEqualTo(Outcome.done(false));
    assertThat(again.toDevice.send(alice, "TABLET", "m.dummy", "1", to(alice, "TABLET", 2)))
        .isEqualTo(Outcome.done(true));
    assertThat(again.inbox.after(alice, "TABLET", 0, 10)).hasSize(2);
  }

  /// A client that takes pages, remembers the position, and is answered by a server that goes away
  /// again and again.
  @Test
  void eachMessageIsDeliveredOnceAcrossRestarts() {
    var world = a;
    var seen = new ArrayList<Integer>();
    long token = 0;
    for (int i = 0; i < 60; i++) {
      world.toDevice.send(alice, "PHONE", "m.dummy", "t" + i, to(alice, "TABLET", i));
      if (i % 7 == 0) world = world.restarted();
      if (i % 3 != 0) continue;
      world.inbox.acknowledge(alice, "TABLET", token);
      if (i % 4 == 0) world = world.restarted();
      var page = world.inbox.between(alice, "TABLET", token, world.ledger.committed(), 2);
      page.messages().forEach(message -> seen.add(number(message)));
      token = page.upTo();
    }
    while (true) {
      world.inbox.acknowledge(alice, "TABLET", token);
      var page = world.inbox.between(alice, "TABLET", token, world.ledger.committed(), 2);
      page.messages().forEach(message -> seen.add(number(message)));
      token = page.upTo();
      if (!page.more()) break;
    }
    var all = new ArrayList<Integer>();
    for (int i = 0; i < 60; i++) all.add(i);
    assertThat(seen).isEqualTo(all);
  }

  @Test
  void theNextRequestDeletesWhatItAcknowledges() {
    a.toDevice.send(alice, "PHONE", "m.dummy", "1", to(alice, "TABLET", 1));
    long first = a.ledger.committed();
    a.toDevice.send(alice, "PHONE", "m.dummy", "2", to(alice, "TABLET", 2));
    a.inbox.acknowledge(alice, "TABLET", first);
    a.ledger.write();
    assertThat(a.inbox.after(alice, "TABLET", 0, 10))
        .extracting(ToDeviceTest::number)
        .containsExactly(2);
  }

  @Test
  void messagesToOtherServersAreQueuedUntilDelivered() {
    a.toDevice.send(alice, "PHONE", "m.dummy", "1", to(bob, "*", 1));
    var again = a.restarted();
    assertThat(again.outgoing.destinations()).containsExactly(b.name);
    var queued = again.outgoing.after(b.name, 0, 10);
    assertThat(queued).hasSize(1);
    assertThat(queued.getFirst().content().path("message_id").asText()).hasSizeLessThan(33);

    // Delivered twice, as after a lost answer.
    b.inbound.receive(a.name, queued.getFirst().content());
    b.restarted().inbound.receive(a.name, queued.getFirst().content());
    assertThat(b.inbox.after(bob, "BOB1", 0, 10))
        .extracting(ToDeviceTest::number)
        .containsExactly(1);

    again.outgoing.delivered(b.name, queued.getFirst().position());
    assertThat(again.outgoing.destinations()).isEmpty();
  }

  @Test
  void largeRequestsAreCutIntoSeveralEdus() {
    var big = new java.util.TreeMap<String, ObjectNode>();
    for (int i = 0; i < 10; i++) big.put("D" + i, Json.object().put("x", "y".repeat(20_000)));
    a.toDevice.send(alice, "PHONE", "m.dummy", "1", new ToDeviceMessages(Map.of(bob, big)));
    var queued = a.outgoing.after(b.name, 0, 100);
    assertThat(queued).hasSize(5);
    int devices = 0;
    for (var edu : queued) devices += edu.content().path("messages").path(bob.value()).size();
    assertThat(devices).isEqualTo(10);
  }

  @Test
  void aServerSpeaksOnlyForItsOwnUsers() {
    a.toDevice.send(alice, "PHONE", "m.dummy", "1", to(bob, "*", 1));
    var edu = a.outgoing.after(b.name, 0, 1).getFirst().content();
    b.inbound.receive(new ServerName("evil.example"), edu);
    b.inbound.receive(a.name, Json.object());
    assertThat(b.inbox.after(bob, "BOB1", 0, 10)).isEmpty();
  }

  @Test
  void theInboxOfADeviceThatNeverComesIsBounded() {
    var forAll = new ToDeviceMessages(Map.of(alice, Map.of("TABLET", message(0))));
    for (int i = 0; i < 200; i++) a.toDevice.send(alice, "PHONE", "m.dummy", "t" + i, forAll);
    assertThat(a.store.olderThanNewest(alice, "TABLET", 150)).isPresent();
    assertThat(a.store.olderThanNewest(alice, "TABLET", Deliveries.MAX_INBOX)).isEmpty();
  }
}
