package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.engine.purge.Leaving;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.purge.Purge.Kind;
import org.hearth.engine.purge.Purge.Status;
import org.hearth.engine.purge.PurgeChange;
import org.hearth.engine.purge.RoomPurges;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.verify.Finding;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.engine.verify.VerificationReport;
import org.hearth.ledger.Change;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rooms, history and unused state go, nothing of them stays, and everything else is as before.
@ContractOf(StoredPurges.class)
abstract class PurgeContract extends RoomStorageTest {
  /// Tables with a column for a room from which a purge removes nothing, each with its reason.
  private static final Map<String, String> NOT_PURGED =
      Map.of(
          "backup_key", "belongs to the user's key backup, which only the user's clients change",
          "room_purge", "tells who asked how the purge went; goes a day later",
          "room_block", "keeps the room out");

  /// Messages sent at a time.
  private static final int BATCH = 50;

  private final AtomicInteger names = new AtomicInteger();
  private RoomPurges purges;

  @BeforeEach
  void startPurges() {
    startPurges(ledger());
  }

  private void startPurges(Ledger ledger) {
    var store = new StoredPurges(storage().database());
    purges =
        new RoomPurges(
            new RoomPurges.Parts(
                store,
                new StoredRooms(storage().database(), storage().sealing()),
                engine.roomRemoval(),
                new Leaving(
                    store,
                    (user, room) ->
                        engine
                            .appends()
                            .append(
                                room,
                                List.of(
                                    Draft.state(
                                        user,
                                        "m.room.member",
                                        user.value(),
                                        content("membership", "leave"))),
                                List.of())
                            .withoutValue(),
                    _ -> true,
                    InstantSource.system()),
                ledger,
                InstantSource.system(),
                () -> "purge" + names.incrementAndGet(),
                US));
  }

  private Purge finished(Outcome<Purge> begun) throws InterruptedException {
    var id = done(begun).id();
    while (purges.step()) assertThat(purges.purge(id)).isPresent();
    return purges.purge(id).orElseThrow();
  }

  private EventId append(RoomId room, Draft draft) {
    return done(engine.appends().append(room, List.of(draft), List.of())).getFirst();
  }

  /// A room with something in every table.
  private RoomId fullRoom(int messages) {
    var room = createRoom(RoomVersion.V12);
    append(room, Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join")));
    for (int from = 0; from < messages; from += BATCH) {
      var drafts = new ArrayList<Draft>();
      for (int i = from; i < Math.min(messages, from + BATCH); i++)
        drafts.add(message(i % 2 == 0 ? ALICE : BOB, i));
      var first = done(engine.appends().append(room, drafts, List.of())).getFirst();
      var reaction = Json.object();
      reaction
          .putObject("m.relates_to")
          .put("rel_type", "m.annotation")
          .put("event_id", first.value())
          .put("key", "x");
      done(
          engine
              .appends()
              .append(
                  room,
                  List.of(
                      Draft.message(ALICE, "m.reaction", reaction, null),
                      new Draft(ALICE, "m.room.redaction", null, Json.object(), first, null, null),
                      Draft.state(ALICE, "m.room.topic", "", content("topic", "t" + from))),
                  List.of()));
    }
    return room;
  }

  private Draft message(UserId sender, int number) {
    return Draft.message(
        sender,
        "m.room.message",
        content("body", "words that take some room ".repeat(20) + number),
        new TransactionId(sender, "PHONE", "t" + number));
  }

  private List<String> tablesWithRooms() {
    return storage()
        .database()
        .jdbc(
            connection -> {
              var tables = new ArrayList<String>();
              try (var statement = connection.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT DISTINCT LOWER(table_name) FROM information_schema.columns"
                              + " WHERE LOWER(column_name) IN ('room', 'room_id')"
                              + " AND LOWER(table_schema) = 'public' ORDER BY 1")) {
                while (row.next()) tables.add(row.getString(1));
              }
              return tables;
            });
  }

  private Map<String, Long> rowsOf(RoomId room, long number) {
    var rows = new TreeMap<String, Long>();
    for (var table : RoomTables.ALL)
      rows.put(
          table.name(),
          count(
              "SELECT COUNT(*) FROM "
                  + table.name()
                  + " WHERE "
                  + table.room()
                  + " = "
                  + (table.byNumber() ? Long.toString(number) : "'" + room + "'")));
    return rows;
  }

  private long count(String sql) {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  private long number(RoomId room) {
    return count("SELECT number FROM room WHERE room_id = '" + room + "'");
  }

  private VerificationReport verify(RoomId room) {
    var verification =
        new RoomInspection(
                new StoredRoomRows(storage().database(), storage().sealing(), US),
                new StoredRooms(storage().database(), storage().sealing()),
                (_, _, _, _) -> Optional.of(key.verifyKey()),
                US)
            .verify(room)
            .orElseThrow();
    while (verification.step()) assertThat(verification.total()).isPositive();
    return verification.report();
  }

  @Test
  void noTableWithRoomsIsForgotten() {
    var known = new ArrayList<>(RoomTables.BY_NAME.keySet());
    known.addAll(NOT_PURGED.keySet());
    assertThat(tablesWithRooms()).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void aPurgedRoomLeavesNothingAndOthersAreAsBefore() throws InterruptedException {
    var other = fullRoom(60);
    var room = fullRoom(400);
    var number = number(room);
    var sealed = storage().sealing().seal(KeyScope.room(room), new byte[0], new byte[] {1});
    var otherSealed = storage().sealing().seal(KeyScope.room(other), new byte[0], new byte[] {1});
    assertThat(rowsOf(room, number))
        .allSatisfy(
            (table, rows) -> {
              if (!UNUSED_HERE.contains(table)) assertThat(rows).as(table).isPositive();
            });

    var purge = finished(purges.room(room, Kind.ROOM));

    assertThat(purge.status()).isEqualTo(Status.COMPLETE);
    assertThat(purge.detail().kicked()).containsExactly(ALICE.value(), BOB.value());
    assertThat(purge.rows()).isGreaterThan(800);
    assertThat(rowsOf(room, number))
        .allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
    assertThat(count("SELECT COUNT(*) FROM sealing_key WHERE scope = 'r" + room + "'")).isZero();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> storage().sealing().open(KeyScope.room(room), new byte[0], sealed))
        .isInstanceOf(CannotOpen.class);
    assertThat(engine.rooms().view(room)).isEmpty();
    assertThat(engine.userRooms().joined(ALICE)).containsExactly(other);

    assertThat(storage().sealing().open(KeyScope.room(other), new byte[0], otherSealed))
        .containsExactly(1);
    assertThat(verify(other).findings()).isEmpty();
    send(other, ALICE, "goes on", "after");
    assertThat(purges.purgesOf(room)).extracting(Purge::id).containsExactly(purge.id());
  }

  /// Only what other servers or clients do fills these, or a former version did.
  private static final List<String> UNUSED_HERE =
      List.of(
          "room_outgoing",
          "room_transaction",
          "room_staged",
          "room_awaited_key",
          "event_expiry",
          "room_gap",
          "receipt",
          "account_data",
          "room_alias",
          "report",
          "published_room");

  @Test
  void aPurgeGoesOnAfterARestart() throws InterruptedException {
    var room = fullRoom(300);
    var number = number(room);
    var id = done(purges.room(room, Kind.ROOM)).id();
    while (purges.purge(id).orElseThrow().status() != Status.REMOVING) purges.step();
    purges.step();
    assertThat(engine.rooms().view(room)).isEmpty();
    restart();
    startPurges();
    assertThat(engine.rooms().view(room)).isEmpty();
    while (purges.step()) assertThat(purges.purge(id)).isPresent();
    assertThat(purges.purge(id).orElseThrow().status()).isEqualTo(Status.COMPLETE);
    assertThat(rowsOf(room, number))
        .allSatisfy((table, rows) -> assertThat(rows).as(table).isZero());
  }

  /// This server's ledger, which asks before it takes a change.
  private Ledger asking(Predicate<Change> takes) {
    var all = ledger();
    return new Ledger() {
      @Override
      public CompletableFuture<Long> append(Entry entry) {
        return entry.changes().stream().allMatch(takes)
            ? all.append(entry)
            : CompletableFuture.failedFuture(new LedgerException.Refused(null));
      }

      @Override
      public long committed() {
        return all.committed();
      }

      @Override
      public void listen(CommitListener listener) {
        all.listen(listener);
      }
    };
  }

  @Test
  void aRoomWhosePurgeFailsBeforeItIsGoneStaysAsItIs() throws InterruptedException {
    var room = fullRoom(5);
    startPurges(asking(change -> !(change instanceof PurgeChange.ForgetRoom)));
    assertThat(finished(purges.room(room, Kind.ROOM)).status()).isEqualTo(Status.FAILED);
    assertThat(engine.rooms().view(room)).isPresent();
    startPurges();
    assertThat(finished(purges.room(room, Kind.ROOM)).status()).isEqualTo(Status.COMPLETE);
  }

  @Test
  void aRoomIsShutBeforeItsPurgeIsToldToAnybody() {
    var room = fullRoom(5);
    var entered = new AtomicBoolean();
    var carol = UserId.of("carol", US);
    var join = Draft.state(carol, "m.room.member", carol.value(), content("membership", "join"));
    startPurges(
        asking(
            change -> {
              if (change instanceof PurgeChange.Progress
                  && engine.appends().append(room, List.of(join), List.of())
                      instanceof Outcome.Done<?>) entered.set(true);
              return true;
            }));
    done(purges.room(room, Kind.ROOM));
    assertThat(entered).isFalse();
  }

  @Test
  void theDatabaseBecomesSmaller() throws InterruptedException {
    var other = fullRoom(20);
    long before = databaseBytes();
    var room = fullRoom(4_000);
    long full = databaseBytes();
    finished(purges.room(room, Kind.ROOM));
    long after = tidied(before + (full - before) / 3);
    System.out.printf(
        "%s: %,d bytes before, %,d with the room, %,d after its purge%n",
        getClass().getSimpleName(), before, full, after);
    assertThat(full - before).isGreaterThan(3_000_000);
    assertThat(after - before).isLessThan((full - before) / 3);
    assertThat(verify(other).findings()).isEmpty();
  }

  @Test
  void aBlockedRoomIsNotEntered() throws InterruptedException {
    var room = fullRoom(1);
    purges.block(room, true, ALICE.value());
    var carol = UserId.of("carol", US);
    var join = Draft.state(carol, "m.room.member", carol.value(), content("membership", "join"));
    assertThat(engine.appends().append(room, List.of(join), List.of()))
        .isInstanceOf(Outcome.Refused.class);
    restart();
    startPurges();
    assertThat(engine.appends().append(room, List.of(join), List.of()))
        .isInstanceOf(Outcome.Refused.class);
    purges.block(room, false, ALICE.value());
    append(room, join);
    send(room, ALICE, "still here", "x");
  }

  @Test
  void oldHistoryGoesAndTheStateStays() throws InterruptedException {
    var room = fullRoom(200);
    var cut = send(room, ALICE, "from here on", "cut");
    for (int i = 0; i < 20; i++) send(room, BOB, "kept " + i, "k" + i);
    append(room, Draft.state(ALICE, "m.room.name", "", content("name", "new")));
    var state = new TreeMap<>(engine.rooms().stateAt(room, Long.MAX_VALUE).orElseThrow().all());
    var creation = state.get(StateKey.CREATE);
    long events = count("SELECT COUNT(*) FROM room_event");
    long nodes = count("SELECT COUNT(*) FROM room_node");

    var purge = finished(purges.historyBefore(room, cut, true));

    assertThat(purge.status()).as("%s", purge).isEqualTo(Status.COMPLETE);
    assertThat(count("SELECT COUNT(*) FROM room_event")).isLessThan(events - 190);
    assertThat(count("SELECT COUNT(*) FROM room_node")).isLessThan(nodes);
    for (int round = 0; round < 2; round++) {
      assertThat(new TreeMap<>(engine.rooms().stateAt(room, Long.MAX_VALUE).orElseThrow().all()))
          .isEqualTo(state);
      assertThat(engine.rooms().event(room, creation)).isPresent();
      var report = verify(room);
      assertThat(report.sound()).as("%s", report.findings()).isTrue();
      assertThat(report.findings())
          .extracting(Finding::kind)
          .containsOnly(Finding.Kind.PURGED_HISTORY);
      assertThat(messages(room)).hasSize(22).contains(cut);
      restart();
      startPurges();
    }
    send(room, ALICE, "goes on", "on");
    append(room, Draft.state(ALICE, "m.room.topic", "", content("topic", "new")));
    assertThat(verify(room).sound()).isTrue();
    assertThat(messages(room)).hasSize(24);
  }

  private List<EventId> messages(RoomId room) {
    return done(
            engine
                .timeline()
                .messages(room, ALICE, null, null, Timeline.Direction.BACKWARDS, 500, _ -> true))
        .events()
        .stream()
        .map(event -> event.event().eventId())
        .toList();
  }

  @Test
  void stateThatNothingReachesIsSwept() throws InterruptedException {
    var room = fullRoom(120);
    long number = number(room);
    long nodes = count("SELECT COUNT(*) FROM room_node WHERE room = " + number);
    // As after a resolution whose event was refused at last.
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "INSERT INTO room_node (room, id, node)"
                        + " SELECT room, id + 100000, node FROM room_node WHERE room = "
                        + number);
              }
            });
    var purge = finished(purges.unusedState(room));
    assertThat(purge.status()).isEqualTo(Status.COMPLETE);
    // The youngest stays, so that its number is not given again.
    assertThat(count("SELECT COUNT(*) FROM room_node WHERE room = " + number))
        .isLessThanOrEqualTo(nodes + 1);
    assertThat(verify(room).findings()).isEmpty();
  }

  @Test
  void aRoomIsSweptWhileItIsWrittenTo() throws InterruptedException {
    var room = fullRoom(60);
    var writing =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 100; i++)
                    append(room, Draft.state(ALICE, "m.room.topic", "", content("topic", "w" + i)));
                });
    int rounds = 0;
    while (writing.isAlive()) {
      finished(purges.unusedState(room));
      rounds++;
    }
    writing.join();
    finished(purges.unusedState(room));
    assertThat(rounds).isPositive();
    assertThat(verify(room).findings()).isEmpty();
  }

  /// The size once the server's own background work has had its time.
  private long tidied(long wanted) throws InterruptedException {
    if (this instanceof OnPostgres)
      storage()
          .database()
          .jdbc(
              connection -> {
                try (var statement = connection.createStatement()) {
                  return statement.execute("VACUUM");
                }
              });
    // On H2 checkpoints come by themselves, on a busy machine late.
    for (int i = 0; i < 120 && databaseBytes() >= wanted; i++) Thread.sleep(500);
    return databaseBytes();
  }
}
