package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hearth.engine.Requester;
import org.hearth.engine.membership.ForgetRoom;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RelatedEvents;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.room.Visibility;
import org.hearth.ledger.Change;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.junit.jupiter.api.Test;

/// Rooms on a real database, from the draft to the disk and back.
@ContractOf({StoredRooms.class, StoredTimelines.class, StoredMemberships.class})
abstract class RoomsContract extends RoomStorageTest {
  @Test
  void aCreatedRoomIsReadableAlsoAfterARestart() throws InterruptedException {
    for (var version : RoomVersion.values()) {
      var room = createRoom(version);
      restart();
      var view = view(room);
      assertThat(view.state()).hasSize(5);
      assertThat(view.joinedCount()).isEqualTo(1);
      assertThat(view.resident()).isTrue();
      assertThat(Objects.requireNonNull(view.state("m.room.name")).content())
          .isEqualTo(content("name", "A room"));
      assertThat(view.membership(ALICE)).isEqualTo("join");
      assertThat(view.stateOfType("m.room.member")).hasSize(1);
      var id = send(room, ALICE, "hello", "1");
      assertThat(engine.rooms().event(room, id).orElseThrow().event().content())
          .isEqualTo(content("body", "hello"));
    }
  }

  @Test
  void aThousandMessagesOfEightThreadsAreThereInOrderAfterARestart() throws Exception {
    var room = createRoom(RoomVersion.V12);
    var sent = new ConcurrentLinkedQueue<EventId>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 8; t++) {
        int thread = t;
        threads.execute(
            () -> {
              for (int i = 0; i < 125; i++)
                sent.add(send(room, ALICE, thread + "/" + i, thread + "/" + i));
            });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(sent).hasSize(1000).doesNotHaveDuplicates();
    restart();
    var chain = new ArrayList<EventId>();
    var head = view(room).heads();
    while (!head.isEmpty()) {
      assertThat(head).hasSize(1);
      chain.add(head.getFirst());
      head = engine.rooms().event(head.getFirst()).orElseThrow().event().prevEvents();
    }
    assertThat(chain).hasSize(1005).containsAll(sent);
    long last = Long.MAX_VALUE;
    for (var id : chain) {
      long position = engine.rooms().event(id).orElseThrow().position();
      assertThat(position).isPositive().isLessThan(last);
      last = position;
    }
  }

  @Test
  void oneTransactionIdIsOneEventAlsoConcurrentlyAndAfterARestart() throws Exception {
    var room = createRoom(RoomVersion.V11);
    var ids = new ConcurrentLinkedQueue<EventId>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 8; t++) threads.execute(() -> ids.add(send(room, ALICE, "once", "txn")));
    }
    restart();
    ids.add(send(room, ALICE, "once", "txn"));
    assertThat(ids).hasSize(9);
    assertThat(ids.stream().distinct()).hasSize(1);
  }

  @Test
  void aTransactionIdIsKnownAgainAfterThoseThatAreStoredWereRead() throws Exception {
    var room = createRoom(RoomVersion.V12);
    var id = send(room, ALICE, "once", "txn");
    restart();
    engine.recallTransactions();
    assertThat(send(room, ALICE, "once", "txn")).isEqualTo(id);
    assertThat(send(room, ALICE, "twice", "other")).isNotEqualTo(id);
  }

  @Test
  void aFullQueueRefusesWhatComesAndHarmsNothingThatWaits() throws Exception {
    var room = createRoom(RoomVersion.V12);
    stopEngine();
    var small = new GroupCommitLedger(writer(), new GroupCommitLedger.Limits(20, 2_000, 500));
    engine = engine(small);
    var accepted = new ConcurrentLinkedQueue<EventId>();
    var refused = new ConcurrentLinkedQueue<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 64; t++) {
        var transaction = "t" + t;
        threads.execute(
            () -> {
              try {
                accepted.add(send(room, ALICE, "m", transaction));
              } catch (LedgerException.Full full) {
                refused.add(transaction);
              }
            });
      }
      // Nothing is written yet, so that exactly as many wait as the queue takes.
      for (int i = 0; i < 6_000 && refused.size() < 44; i++) Thread.sleep(5);
      assertThat(small.queued()).isEqualTo(20);
      assertThat(accepted).isEmpty();
      // Who comes again is no better off: nothing stands for their transaction id.
      assertThatThrownBy(() -> send(room, ALICE, "m", Objects.requireNonNull(refused.peek())))
          .isInstanceOf(LedgerException.Full.class);
      // A stopping server refuses too, and still writes what waits.
      small.close();
      assertThatThrownBy(() -> send(room, ALICE, "m", "late"))
          .isInstanceOf(LedgerException.Unavailable.class);
      while (small.step()) {}
    }
    assertThat(accepted).hasSize(20).doesNotHaveDuplicates();
    assertThat(refused).hasSize(44);
    var chain = new ArrayList<EventId>();
    for (var id = view(room).heads().getFirst(); accepted.contains(id); ) {
      chain.add(id);
      id = engine.rooms().event(id).orElseThrow().event().prevEvents().getFirst();
    }
    assertThat(chain).containsExactlyInAnyOrderElementsOf(accepted);
  }

  @Test
  void cachesHoldTheirBudgetUnderLoadAndNothingIsLost() throws Exception {
    budget = new MemoryBudget(2 << 20);
    restart();
    for (int r = 0; r < 5; r++) {
      var room = createRoom(RoomVersion.V12);
      var ids = new ArrayList<EventId>();
      for (int i = 0; i < 200; i++) ids.add(send(room, ALICE, "m" + i, "m" + i));
      var forwards = pages(room, Timeline.Direction.FORWARDS, 50);
      assertThat(forwards.subList(5, 205)).isEqualTo(ids);
    }
    // What is put is weighed a moment later, on another thread.
    for (int i = 0; i < 200 && budget.usedBytes() > budget.bytes(); i++) Thread.sleep(10);
    assertThat(budget.usedBytes()).isBetween(budget.bytes() / 10, budget.bytes());
    assertThat(budget.used().get(Share.ROOM_EVENTS).getAsLong())
        .as("more came by than the cache holds")
        .isBetween(budget.of(Share.ROOM_EVENTS) / 2, budget.of(Share.ROOM_EVENTS));
  }

  @Test
  void stateMovesWithPositionsAndUnchangedStateIsNotSentAgain() {
    var room = createRoom(RoomVersion.V12);
    long before = view(room).position();
    var same =
        done(
            engine
                .appends()
                .append(
                    room,
                    List.of(Draft.state(ALICE, "m.room.name", "", content("name", "A room"))),
                    List.of()));
    assertThat(view(room).position()).isEqualTo(before);
    assertThat(same)
        .containsExactly(Objects.requireNonNull(view(room).state("m.room.name")).eventId());
    done(
        engine
            .appends()
            .append(
                room,
                List.of(
                    Draft.state(ALICE, "m.room.name", "", content("name", "New")),
                    Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join"))),
                List.of()));
    var name = new StateKey("m.room.name", "");
    var old = engine.rooms().stateAt(room, before).orElseThrow();
    var now = engine.rooms().stateAt(room, view(room).position()).orElseThrow();
    assertThat(old.event(name).orElseThrow().content()).isEqualTo(content("name", "A room"));
    assertThat(now.event(name).orElseThrow().content()).isEqualTo(content("name", "New"));
    assertThat(now.changedSince(old).keySet())
        .containsExactlyInAnyOrder(name, StateKey.member(BOB));
    assertThat(view(room).joinedCount()).isEqualTo(2);
  }

  /// "`state_key` MUST NOT exceed 255 bytes", in all versions.
  @Test
  void fieldsOfMoreThan255BytesAreTooLarge() {
    for (var version : List.of(RoomVersion.V10, RoomVersion.V12)) {
      var room = createRoom(version);
      state(room, ALICE, "x", "é".repeat(127), Json.object());
      var draft = Draft.state(ALICE, "x", "é".repeat(128), Json.object());

      assertThat(engine.appends().append(room, List.of(draft), List.of()))
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.M_TOO_LARGE));
    }
  }

  @Test
  void whoSharesARoomIsAskedAboutSomeUsersAlone() {
    var room = createRoom(RoomVersion.V12);
    done(
        engine
            .appends()
            .append(
                room,
                List.of(
                    Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join"))),
                List.of()));
    var many = new ArrayList<UserId>();
    for (int i = 0; i < 450; i++) many.add(new UserId("@u" + i + ":a.example"));
    many.add(BOB);
    many.add(ALICE);
    assertThat(engine.userRooms().sharing(ALICE, many)).containsExactly(BOB);
    assertThat(engine.userRooms().sharing(ALICE, List.of())).isEmpty();
    assertThat(engine.userRooms().sharing(new UserId("@eve:a.example"), many)).isEmpty();
  }

  @Test
  void whoIsNotInTheRoomMayNotSend() {
    var room = createRoom(RoomVersion.V12);
    var outcome =
        engine
            .appends()
            .append(
                room,
                List.of(Draft.message(BOB, "m.room.message", content("body", "hi"), null)),
                List.of());
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void aRedactionTakesTheContentAway() throws InterruptedException {
    for (var version : List.of(RoomVersion.V2, RoomVersion.V10, RoomVersion.V12)) {
      var room = createRoom(version);
      var target = send(room, ALICE, "secret", "a");
      done(
          engine
              .appends()
              .append(
                  room,
                  List.of(
                      new Draft(
                          ALICE, "m.room.redaction", null, Json.object(), target, null, null)),
                  List.of()));
      for (int i = 0; i < 2; i++) {
        var redacted = engine.rooms().event(target).orElseThrow();
        assertThat(redacted.event().content()).isEmpty();
        assertThat(redacted.redactedBecause()).isNotNull();
        restart();
      }
    }
  }

  /// "For backwards-compatibility with older clients, servers should add a `redacts` property to
  /// the top level of `m.room.redaction` events", and "to the `content` ... in *older* room
  /// versions": to clients, while servers get each version's own form.
  @Test
  void clientsFindTheTargetOfARedactionInBothPlaces() {
    for (var version : List.of(RoomVersion.V2, RoomVersion.V10, RoomVersion.V11, RoomVersion.V12)) {
      var room = createRoom(version);
      var target = send(room, ALICE, "words", "t");
      var draft =
          new Draft(ALICE, "m.room.redaction", null, content("reason", "r"), target, null, null);
      var id = done(engine.appends().append(room, List.of(draft), List.of())).getFirst();
      var stored = engine.rooms().event(room, id).orElseThrow();
      var shown = engine.clientEvents().render(stored, new Requester(ALICE, "PHONE"));

      assertThat(shown.path("redacts").asText()).isEqualTo(target.value());
      assertThat(shown.path("content").path("redacts").asText()).isEqualTo(target.value());
      assertThat(shown.path("content").path("reason").asText()).isEqualTo("r");
      boolean inContent = version.rules().redactsInContent();
      assertThat(stored.event().json().has("redacts")).isNotEqualTo(inContent);
      assertThat(stored.event().content().has("redacts")).isEqualTo(inContent);
    }
  }

  @Test
  void pagesGoBackAndForthThroughTheWholeTimeline() {
    var room = createRoom(RoomVersion.V12);
    var ids = new ArrayList<EventId>();
    for (int i = 0; i < 50; i++) ids.add(send(room, ALICE, "m" + i, "m" + i));
    var backwards = pages(room, Timeline.Direction.BACKWARDS, 7);
    var forwards = pages(room, Timeline.Direction.FORWARDS, 7);
    assertThat(backwards.reversed()).isEqualTo(forwards);
    assertThat(forwards).hasSize(55);
    assertThat(forwards.subList(5, 55)).isEqualTo(ids);
    var view = view(room);
    var slice = engine.timeline().since(room, ALICE, 0, view.position(), 10, _ -> true);
    assertThat(slice.limited()).isTrue();
    assertThat(slice.events()).extracting(e -> e.event().eventId()).isEqualTo(ids.subList(40, 50));
    var before =
        done(
            engine
                .timeline()
                .messages(
                    room,
                    ALICE,
                    slice.prevBatch(),
                    null,
                    Timeline.Direction.BACKWARDS,
                    1,
                    _ -> true));
    assertThat(before.events()).extracting(e -> e.event().eventId()).containsExactly(ids.get(39));
    var context = done(engine.timeline().context(room, ALICE, ids.get(20), 4, _ -> true));
    assertThat(context.before())
        .extracting(e -> e.event().eventId())
        .containsExactly(ids.get(19), ids.get(18));
    assertThat(context.after())
        .extracting(e -> e.event().eventId())
        .containsExactly(ids.get(21), ids.get(22));
    assertThat(context.state()).hasSize(5);
  }

  private List<EventId> pages(RoomId room, Timeline.Direction direction, int limit) {
    var all = new ArrayList<EventId>();
    String token = null;
    do {
      var page =
          done(engine.timeline().messages(room, ALICE, token, null, direction, limit, _ -> true));
      page.events().forEach(event -> all.add(event.event().eventId()));
      token = page.end();
    } while (token != null);
    return all;
  }

  @Test
  void membersSeeSharedHistoryAndThoseWhoLeftSeeItUpToThere() {
    var room = createRoom(RoomVersion.V12);
    var early = send(room, ALICE, "early", "1");
    assertThat(visible(room, BOB, early)).isFalse();
    assertThat(engine.visibility().access(room, BOB)).isInstanceOf(Visibility.Access.None.class);
    member(room, BOB, "join");
    assertThat(engine.userRooms().joined(BOB)).containsExactly(room);
    assertThat(engine.userRooms().sharing(ALICE)).containsExactly(BOB);
    assertThat(engine.userRooms().localJoined(room)).containsExactlyInAnyOrder(ALICE, BOB);
    var during = send(room, ALICE, "during", "2");
    member(room, BOB, "leave");
    var late = send(room, ALICE, "late", "3");
    done(
        engine
            .appends()
            .append(
                room,
                List.of(Draft.state(ALICE, "m.room.name", "", content("name", "Later"))),
                List.of()));
    assertThat(visible(room, BOB, early)).isTrue();
    assertThat(visible(room, BOB, during)).isTrue();
    assertThat(visible(room, BOB, late)).isFalse();
    assertThat(engine.visibility().access(room, BOB))
        .isInstanceOfSatisfying(
            Visibility.Access.Until.class,
            until ->
                assertThat(
                        until
                            .state()
                            .event(new StateKey("m.room.name", ""))
                            .orElseThrow()
                            .content())
                    .isEqualTo(content("name", "A room")));
    assertThat(engine.userRooms().of(BOB)).extracting(r -> r.membership()).containsExactly("leave");
    assertThat(engine.userRooms().changes(BOB, 0, Long.MAX_VALUE)).hasSize(2);
    ledger().write(new ForgetRoom(BOB, room));
    assertThat(engine.userRooms().in(BOB, room).orElseThrow().forgotten()).isTrue();
    assertThat(engine.visibility().access(room, BOB)).isInstanceOf(Visibility.Access.None.class);
  }

  private boolean visible(RoomId room, UserId viewer, EventId id) {
    var event = engine.rooms().event(room, id).orElseThrow();
    return !engine.visibility().visible(room, viewer, List.of(event)).isEmpty();
  }

  @Test
  void clientsSeeWhatTheEventMeansToThem() {
    var room = createRoom(RoomVersion.V12);
    var message = send(room, ALICE, "first", "txn");
    var edit = content("body", "* second");
    edit.putObject("m.new_content").put("body", "second");
    edit.putObject("m.relates_to").put("rel_type", "m.replace").put("event_id", message.value());
    var reply = content("body", "in thread");
    reply.putObject("m.relates_to").put("rel_type", "m.thread").put("event_id", message.value());
    var ids =
        done(
            engine
                .appends()
                .append(
                    room,
                    List.of(
                        Draft.message(ALICE, "m.room.message", edit, null),
                        Draft.message(ALICE, "m.room.message", reply, null),
                        Draft.state(ALICE, "m.room.name", "", content("name", "New"))),
                    List.of()));
    var phone = new Requester(ALICE, "PHONE");
    var rendered =
        engine.clientEvents().render(engine.rooms().event(room, message).orElseThrow(), phone);
    assertThat(rendered.has("prev_events")).isFalse();
    assertThat(rendered.path("unsigned").path("transaction_id").textValue()).isEqualTo("txn");
    assertThat(rendered.path("unsigned").path("membership").textValue()).isEqualTo("join");
    var relations = rendered.path("unsigned").path("m.relations");
    assertThat(relations.path("m.replace").path("event_id").textValue())
        .isEqualTo(ids.get(0).value());
    assertThat(relations.path("m.thread").path("count").intValue()).isEqualTo(1);
    var name =
        engine.clientEvents().render(engine.rooms().event(room, ids.get(2)).orElseThrow(), phone);
    assertThat(name.path("unsigned").path("prev_content").path("name").textValue())
        .isEqualTo("A room");
    var related =
        done(
            engine
                .related()
                .relations(
                    room,
                    ALICE,
                    new RelatedEvents.Wanted(message, null, null, false),
                    null,
                    null,
                    Timeline.Direction.BACKWARDS,
                    10));
    assertThat(related.events())
        .extracting(e -> e.event().eventId())
        .containsExactly(ids.get(1), ids.get(0));
    assertThat(done(engine.related().threads(room, ALICE, true, null, 10)).events())
        .extracting(e -> e.event().eventId())
        .containsExactly(message);
  }

  /// No topic has rows for it.
  private record UnknownChange() implements Change {}

  @Test
  void aTransactionIdThatNoDatabaseCanHoldIsABadRequest() {
    var room = createRoom(RoomVersion.V12);
    var transaction = new TransactionId(ALICE, "PHONE", "a\0b");
    var draft = Draft.message(ALICE, "m.room.message", content("body", "m"), transaction);
    assertThat(engine.appends().append(room, List.of(draft), List.of()))
        .isInstanceOf(Outcome.Refused.class);
  }

  /// "A failed room's generation rises": what was built upon the failed event is built again.
  @Test
  void whatTheDatabaseRefusesHurtsNobodyElse() throws Exception {
    var room = createRoom(RoomVersion.V12);
    var sent = new ConcurrentLinkedQueue<EventId>();
    var refused = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 4; t++) {
        int thread = t;
        threads.execute(
            () -> {
              for (int i = 0; i < 50; i++) {
                try {
                  boolean bad = thread == 0 && i % 10 == 5;
                  var draft = Draft.message(ALICE, "m.room.message", content("body", "m"), null);
                  var with = bad ? List.<Change>of(new UnknownChange()) : List.<Change>of();
                  sent.addAll(done(engine.appends().append(room, List.of(draft), with)));
                } catch (LedgerException.Refused e) {
                  refused.incrementAndGet();
                }
              }
            });
      }
    }
    assertThat(refused).hasValue(5);
    assertThat(sent).hasSize(195);
    restart();
    var page =
        done(
            engine
                .timeline()
                .messages(room, ALICE, null, null, Timeline.Direction.BACKWARDS, 500, _ -> true));
    assertThat(page.events()).extracting(e -> e.event().eventId()).containsAll(sent).hasSize(200);
  }
}
