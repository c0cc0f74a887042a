package org.hearth.federation.sender;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.hearth.e2ee.todevice.InboxMessage;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.e2ee.todevice.ToDeviceChange.EduQueued;
import org.hearth.e2ee.todevice.ToDeviceChange.EdusDelivered;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.engine.federation.SenderChange.CursorMoved;
import org.hearth.engine.federation.SenderChange.DestinationCaughtUp;
import org.hearth.engine.federation.SenderChange.DestinationLags;
import org.hearth.engine.federation.SenderStore;
import org.hearth.engine.room.OutgoingEvents;
import org.hearth.federation.TestClock;
import org.hearth.federation.client.FederationReply;
import org.hearth.ledger.Batch;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FederationSenderTest {
  private static final ServerName US = new ServerName("us.example");
  private static final ServerName A = new ServerName("a.example");
  private static final ServerName B = new ServerName("b.example");
  private static final RoomId ROOM = new RoomId("!room");
  private static final RoomId OTHER_ROOM = new RoomId("!other");

  private final TestClock clock = new TestClock();
  private final Disk disk = new Disk();
  private final Network network = new Network();
  private FederationSender sender;

  private void start() {
    sender =
        new FederationSender(
            US,
            disk,
            new OutgoingEdus(disk, disk),
            disk,
            disk,
            network,
            new SimpleMeterRegistry(),
            clock);
    sender.start();
  }

  /// As a crash would: nothing in memory survives.
  private void restart() {
    sender.close();
    disk.listeners.clear();
    start();
  }

  @AfterEach
  void stop() {
    if (sender != null) sender.close();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(2);
    }
  }

  private List<String> arrivedAt(ServerName server) {
    return network.arrived.getOrDefault(server, List.of());
  }

  private static List<String> numbered(int from, int to) {
    List<String> names = new ArrayList<>();
    for (int i = from; i <= to; i++) names.add("$" + i);
    return names;
  }

  @Test
  void deliversEventsInOrderToTheirDestinationsOnly() throws Exception {
    start();
    for (int i = 1; i <= 120; i++) disk.event(ROOM, "$" + i, i % 2 == 0 ? Set.of(A, B) : Set.of(A));
    await(() -> arrivedAt(A).size() == 120 && arrivedAt(B).size() == 60);
    assertThat(arrivedAt(A)).isEqualTo(numbered(1, 120));
    assertThat(network.largest.get()).isLessThanOrEqualTo(Parcel.MAX_EVENTS);
    assertThat(network.concurrent.get()).isEqualTo(1);
  }

  /// "The sending server must wait and retry for a 200 OK response before sending a transaction
  /// with a different txnId".
  @Test
  void retriesTheSameTransactionUntilItIsTaken() throws Exception {
    network.down.add(A);
    start();
    for (int i = 1; i <= 70; i++) disk.event(ROOM, "$" + i, Set.of(A));
    await(() -> disk.lagging.containsKey(A));
    network.down.clear();
    sender.alive(A);
    await(() -> arrivedAt(A).size() == 70);
    assertThat(arrivedAt(A)).isEqualTo(numbered(1, 70));
    await(() -> disk.lagging.isEmpty());
  }

  @Test
  void aDestinationThatIsAwayHoldsNobodyElseUp() throws Exception {
    network.down.add(A);
    start();
    for (int i = 1; i <= 2500; i++) disk.event(ROOM, "$" + i, Set.of(A, B));
    await(() -> arrivedAt(B).size() == 2500);
    assertThat(arrivedAt(B)).isEqualTo(numbered(1, 2500));
    await(() -> disk.lagging.containsKey(A));
    clock.advance(Duration.ofSeconds(2));
    sender.moveCursor();
    assertThat(disk.cursor()).isEqualTo(2500);
  }

  /// The cursor's own write moves the ledger: without care that would be a write a second for ever.
  @Test
  void writesNothingWhileThereIsNothingToSend() throws Exception {
    start();
    disk.event(ROOM, "$1", Set.of(A));
    await(() -> arrivedAt(A).size() == 1);
    for (int second = 0; second < 20; second++) {
      clock.advance(Duration.ofSeconds(2));
      disk.tell(new Batch(0, List.of()));
      Thread.sleep(5);
    }
    await(() -> disk.cursor() == 1);
    assertThat(disk.cursorMoves()).isEqualTo(1);
  }

  @Test
  void aStartNeedNotLookThroughAllThatHeldNothingToSend() throws Exception {
    start();
    clock.advance(Duration.ofSeconds(2));
    disk.elsewhere(60_000);
    await(() -> disk.cursor() == 60_000);
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(2));
      disk.elsewhere(1_000);
      Thread.sleep(5);
    }
    assertThat(disk.cursorMoves()).isEqualTo(1);
  }

  @Test
  void losesNothingInACrash() throws Exception {
    network.down.add(A);
    start();
    for (int i = 1; i <= 30; i++) disk.event(ROOM, "$" + i, Set.of(A, B));
    await(() -> arrivedAt(B).size() == 30 && disk.lagging.containsKey(A));
    restart();
    for (int i = 31; i <= 60; i++) disk.event(ROOM, "$" + i, Set.of(A, B));
    network.down.clear();
    sender.alive(A);
    await(() -> arrivedAt(A).size() >= 60 && arrivedAt(B).containsAll(numbered(31, 60)));
    assertThat(arrivedAt(A)).isEqualTo(numbered(1, 60));
    assertThat(arrivedAt(B)).containsAll(numbered(1, 60));
  }

  /// What a crash makes us send again has the same transaction ID, so that the destination can
  /// tell.
  @Test
  void sendsTheSameTransactionUnderTheSameIdAfterACrash() throws Exception {
    disk.crashesBeforeTheCursor = true;
    start();
    disk.event(ROOM, "$1", Set.of(A));
    await(() -> arrivedAt(A).size() == 1);
    restart();
    await(() -> network.transactions.size() == 2);
    assertThat(network.transactions.get(0)).isEqualTo(network.transactions.get(1));
  }

  @Test
  void afterALongAbsenceOnlyTheNewestEventOfEachRoomIsSent() throws Exception {
    disk.lagging.put(A, new SenderStore.Lag(0, clock.millis() - Duration.ofDays(1).toMillis()));
    for (int i = 1; i <= 3000; i++) disk.event(i % 2 == 0 ? ROOM : OTHER_ROOM, "$" + i, Set.of(A));
    start();
    await(() -> disk.lagging.isEmpty());
    assertThat(arrivedAt(A)).containsExactly("$2999", "$3000");
    disk.event(ROOM, "$3001", Set.of(A));
    await(() -> arrivedAt(A).size() == 3);
  }

  @Test
  void deliversDurableEdusOnceAndInOrder() throws Exception {
    network.down.add(A);
    start();
    for (int i = 1; i <= 130; i++) disk.edu(A, "e" + i);
    network.down.clear();
    sender.alive(A);
    await(() -> network.edus.size() == 130);
    assertThat(network.edus.getFirst()).isEqualTo("m.direct_to_device e1");
    assertThat(network.edus).doesNotHaveDuplicates();
    await(() -> disk.queues.get(A).isEmpty());
    restart();
    disk.edu(A, "last");
    await(() -> network.edus.size() == 131);
  }

  @Test
  void newerTypingNoticesReplaceOlderOnesAndOldOnesAreNotSentLate() throws Exception {
    network.down.add(A);
    start();
    disk.event(ROOM, "$1", Set.of(A));
    await(() -> disk.lagging.containsKey(A));
    typing(true);
    network.down.clear();
    sender.alive(A);
    await(() -> arrivedAt(A).size() == 1);
    network.gate = new java.util.concurrent.CountDownLatch(1);
    disk.event(ROOM, "$2", Set.of(A));
    await(() -> network.entered.get() > 0);
    typing(true);
    typing(false);
    network.gate.countDown();
    await(() -> network.edus.size() == 1);
    assertThat(network.edus.getFirst()).isEqualTo("m.typing false");
  }

  private void typing(boolean typing) {
    ObjectNode content = Json.object().put("room_id", ROOM.value()).put("user_id", "@u:us.example");
    sender.send(Set.of(A, US), ROOM, "m.typing", content.put("typing", typing));
  }

  /// One event that a destination cannot read must not keep it from all that follow.
  @Test
  void leavesOutWhatADestinationCannotTake() throws Exception {
    network.poison = "$13";
    start();
    for (int i = 1; i <= 40; i++) disk.event(ROOM, "$" + i, Set.of(A));
    await(() -> arrivedAt(A).size() == 39);
    List<String> expected = numbered(1, 40);
    expected.remove("$13");
    assertThat(arrivedAt(A)).isEqualTo(expected);
  }

  private final class Network implements Courier {
    final Map<ServerName, List<String>> arrived = new ConcurrentHashMap<>();
    final List<String> edus = new CopyOnWriteArrayList<>();
    final List<String> transactions = new CopyOnWriteArrayList<>();
    final Set<ServerName> down = ConcurrentHashMap.newKeySet();
    final AtomicInteger largest = new AtomicInteger();
    final AtomicInteger concurrent = new AtomicInteger();
    final AtomicInteger entered = new AtomicInteger();
    final Map<ServerName, AtomicInteger> running = new ConcurrentHashMap<>();
    volatile java.util.concurrent.CountDownLatch gate = new java.util.concurrent.CountDownLatch(0);
    volatile String poison = "";

    @Override
    public FederationReply send(ServerName destination, String transactionId, ObjectNode body) {
      AtomicInteger now = running.computeIfAbsent(destination, name -> new AtomicInteger());
      concurrent.accumulateAndGet(now.incrementAndGet(), Math::max);
      try {
        if (gate.getCount() > 0) entered.incrementAndGet();
        gate.await();
        if (down.contains(destination)) {
          return new FederationReply.Failed(FederationReply.Cause.UNREACHABLE, "down");
        }
        return take(destination, transactionId, body);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        now.decrementAndGet();
      }
    }

    private FederationReply take(ServerName destination, String transactionId, ObjectNode body) {
      largest.accumulateAndGet(body.path("pdus").size(), Math::max);
      for (JsonNode pdu : body.path("pdus")) {
        if (pdu.path("id").asText().equals(poison)) {
          return new FederationReply.Refused(
              400, "M_BAD_JSON", "", Json.object(), Optional.empty());
        }
      }
      transactions.add(transactionId);
      for (JsonNode pdu : body.path("pdus")) {
        arrived
            .computeIfAbsent(destination, name -> new CopyOnWriteArrayList<>())
            .add(pdu.path("id").asText());
      }
      for (JsonNode edu : body.path("edus")) {
        JsonNode content = edu.path("content");
        edus.add(
            edu.path("edu_type").asText()
                + " "
                + content.path("message_id").asText(content.path("typing").asText()));
      }
      return new FederationReply.Answered(Json.object());
    }

    @Override
    public Optional<Instant> restingUntil(ServerName destination) {
      return down.contains(destination)
          ? Optional.of(clock.instant().plusSeconds(3600))
          : Optional.empty();
    }

    @Override
    public void refused(ServerName destination) {}

    @Override
    public boolean mayTalkTo(ServerName destination) {
      return true;
    }
  }

  /// Everything that is durable, and a ledger whose every entry is a batch.
  private static final class Disk implements OutgoingEvents, SenderStore, ToDeviceStore, Ledger {
    final List<Outgoing> events = new CopyOnWriteArrayList<>();
    final Map<ServerName, Lag> lagging = new ConcurrentHashMap<>();
    final Map<ServerName, List<QueuedEdu>> queues = new ConcurrentHashMap<>();
    final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    volatile boolean crashesBeforeTheCursor;
    private long cursor;
    private long position;
    private int cursorMoves;

    synchronized void event(RoomId room, String id, Set<ServerName> destinations) {
      position++;
      events.add(new Outgoing(position, room, new EventId(id), destinations));
      tell(new Batch(position, List.of()));
    }

    /// Changes that are nothing to the sender.
    synchronized void elsewhere(int changes) {
      position += changes;
      tell(new Batch(position, List.of()));
    }

    void edu(ServerName destination, String id) {
      ObjectNode content = Json.object().put("message_id", id);
      write(Entry.interactive(new EduQueued(destination, "m.direct_to_device", content)));
    }

    private void tell(Batch batch) {
      listeners.forEach(listener -> listener.committed(batch.id(), batch));
    }

    @Override
    public synchronized CompletableFuture<Long> append(Entry entry) {
      List<Positioned<?>> positioned = new ArrayList<>();
      for (var change : entry.changes()) {
        switch (change) {
          case CursorMoved moved -> {
            position++;
            cursorMoves++;
            cursor = crashesBeforeTheCursor ? cursor : moved.position();
          }
          case DestinationLags lags ->
              lagging.put(lags.destination(), new Lag(lags.deliveredUpTo(), lags.sinceMs()));
          case DestinationCaughtUp done -> lagging.remove(done.destination());
          case EduQueued queued -> {
            position++;
            queues
                .computeIfAbsent(queued.destination(), name -> new CopyOnWriteArrayList<>())
                .add(new QueuedEdu(position, queued.type(), queued.content()));
            positioned.add(new Positioned<>(position, queued));
          }
          case EdusDelivered delivered ->
              queues
                  .getOrDefault(delivered.destination(), new ArrayList<>())
                  .removeIf(edu -> edu.position() <= delivered.upTo());
          default -> throw new AssertionError(change);
        }
      }
      if (!positioned.isEmpty()) tell(new Batch(position, List.of(positioned)));
      return CompletableFuture.completedFuture(position);
    }

    @Override
    public synchronized long committed() {
      return position;
    }

    @Override
    public void listen(CommitListener listener) {
      listeners.add(listener);
    }

    @Override
    public List<Outgoing> after(long from, long upTo, int limit) {
      return events.stream()
          .filter(event -> event.position() > from && event.position() <= upTo)
          .limit(limit)
          .toList();
    }

    @Override
    public List<Outgoing> after(ServerName destination, long from, long upTo, int limit) {
      return events.stream()
          .filter(event -> event.destinations().contains(destination))
          .filter(event -> event.position() > from && event.position() <= upTo)
          .limit(limit)
          .toList();
    }

    @Override
    public List<ObjectNode> federationForm(List<EventId> ids) {
      return ids.stream().map(id -> Json.object().put("id", id.value())).toList();
    }

    @Override
    public synchronized long cursor() {
      return cursor;
    }

    synchronized int cursorMoves() {
      return cursorMoves;
    }

    @Override
    public Map<ServerName, Lag> lagging() {
      return new HashMap<>(lagging);
    }

    @Override
    public List<QueuedEdu> queue(ServerName destination, long after, int limit) {
      return queues.getOrDefault(destination, List.of()).stream()
          .filter(edu -> edu.position() > after)
          .limit(limit)
          .toList();
    }

    @Override
    public SortedSet<ServerName> destinations() {
      SortedSet<ServerName> waiting = new TreeSet<>();
      new TreeMap<>(queues)
          .forEach(
              (server, queue) -> {
                if (!queue.isEmpty()) waiting.add(server);
              });
      return waiting;
    }

    @Override
    public List<InboxMessage> inbox(UserId user, String deviceId, long after, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong oldest(UserId user, String deviceId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong olderThanNewest(UserId user, String deviceId, int newer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isDone(UserId user, String deviceId, String transactionId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSeen(ServerName origin, String messageId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong queuedOlderThanNewest(ServerName destination, int newer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Long> deviceListsBroadcast() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Long> deviceListsIntroduced() {
      throw new UnsupportedOperationException();
    }
  }
}
