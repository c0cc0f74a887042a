package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.engine.expiry.Burning;
import org.hearth.engine.expiry.Lifetimes;
import org.hearth.engine.expiry.Retention;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.StoredEvent;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.hearth.storage.receipt.StoredReceipts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What does not stay, on a real database and with a clock that the test turns.
@ContractOf(StoredExpiry.class)
abstract class ExpiryContract extends StorageTest {
  private static final ServerName US = new ServerName("here.example");
  private static final UserId ALICE = UserId.of("alice", US);
  private static final UserId BOB = UserId.of("bob", US);
  private static final String AFTER = "org.matrix.self_destruct_after";
  private static final String READ = "m.self_destruct";

  private final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private Lifetimes lifetimes = Lifetimes.KEPT;
  private Thread writer;
  private RoomEngine engine;
  private Burning burning;
  private Retention retention;

  @BeforeEach
  void startEngine() {
    var ledger = ledger();
    writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (ledger.awaitWork()) ledger.step();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    engine =
        new RoomEngine(
            new RoomEngine.Identity(US, key),
            ledger,
            RoomStores.on(storage().database(), storage().sealing()),
            new RoomEngine.Others(new TestNetwork().silent(), (_, _, _, _) -> Optional.empty()),
            () -> now,
            new SecureRandom(),
            RoomEngine.Limits.DEFAULT,
            lifetimes);
    var store = new StoredExpiry(storage().database());
    burning =
        new Burning(
            engine.rooms(),
            engine.contentRemoval(),
            store,
            new StoredReceipts(storage().database()),
            ledger,
            () -> now);
    ledger.listen(burning);
    retention = new Retention(lifetimes, engine.rooms(), engine.contentRemoval(), store, () -> now);
  }

  @AfterEach
  void stopEngine() throws InterruptedException {
    ledger().close();
    writer.join();
  }

  private void restart() throws InterruptedException {
    stopEngine();
    reopen();
    startEngine();
  }

  private void restartWith(Lifetimes other) throws InterruptedException {
    lifetimes = other;
    restart();
  }

  private static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).value();
  }

  private RoomId room(Draft... more) {
    // Else its create event, whose hash is the room's id, would be another room's.
    now = now.plusMillis(1);
    var join = Json.object().put("membership", "join");
    var drafts =
        new ArrayList<>(
            List.of(
                Draft.state(ALICE, "m.room.create", "", Json.object().put("room_version", "12")),
                Draft.state(ALICE, "m.room.member", ALICE.value(), join),
                Draft.state(ALICE, "m.room.power_levels", "", Json.object()),
                Draft.state(
                    ALICE, "m.room.join_rules", "", Json.object().put("join_rule", "public")),
                Draft.state(BOB, "m.room.member", BOB.value(), join)));
    drafts.addAll(List.of(more));
    return done(engine.appends().create(RoomVersion.V12, drafts, _ -> List.of()));
  }

  private EventId send(RoomId room, ObjectNode content) {
    return done(engine
            .appends()
            .append(
                room, List.of(Draft.message(ALICE, "m.room.message", content, null)), List.of()))
        .getFirst();
  }

  private static ObjectNode words() {
    return Json.object().put("body", "words");
  }

  private StoredEvent event(EventId id) {
    return engine.rooms().event(id).orElseThrow();
  }

  private boolean visible(RoomId room, UserId viewer, EventId id) {
    return !engine.visibility().visible(room, viewer, List.of(event(id))).isEmpty();
  }

  private byte @Nullable [] sealed(EventId id) {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var query =
                  connection.prepareStatement("SELECT sealed FROM room_event WHERE event_id = ?")) {
                query.setString(1, id.value());
                try (var row = query.executeQuery()) {
                  assertThat(row.next()).isTrue();
                  return row.getBytes(1);
                }
              }
            });
  }

  private long rows(String table) {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var query = connection.prepareStatement("SELECT COUNT(*) FROM " + table);
                  var row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  private void cannotBeOpened(EventId id, byte[] stolen) {
    assertThat(sealed(id)).isNull();
    assertThat(rows("event_expiry")).isZero();
    var envelope = Arrays.copyOfRange(stolen, 1, stolen.length);
    assertThatThrownBy(
            () ->
                storage()
                    .sealing()
                    .open(KeyScope.event(id), (id.value() + "|event").getBytes(UTF_8), envelope))
        .isInstanceOf(CannotOpen.class);
  }

  @Test
  void anEventIsDestroyedAtItsTimeWithTheKeyThatIsItsAlone() throws InterruptedException {
    var room = room();
    var id = send(room, words().put(AFTER, now.plusSeconds(60).toEpochMilli()));
    var other = send(room, words());
    var stolen = sealed(id);
    restart();
    assertThat(event(id).event().content().path("body").asText()).isEqualTo("words");
    burning.step();
    assertThat(visible(room, BOB, id)).isTrue();

    now = now.plusSeconds(60);
    // At once, before anything was removed.
    assertThat(visible(room, BOB, id)).isFalse();
    assertThat(visible(room, ALICE, id)).isFalse();
    assertThat(engine.timeline().context(room, ALICE, id, 10, _ -> true))
        .isInstanceOf(Outcome.Refused.class);
    burning.step();

    assertThat(event(id).event().content()).isEmpty();
    assertThat(event(id).redactedBecause()).isNull();
    cannotBeOpened(id, stolen);
    restart();
    cannotBeOpened(id, stolen);
    assertThat(event(id).event().content()).isEmpty();
    assertThat(event(other).event().content().path("body").asText()).isEqualTo("words");
    // The graph is whole.
    assertThat(event(other).event().prevEvents()).containsExactly(id);
    send(room, words());
  }

  /// "after seeing an explicit read receipt delivered for the message from all users in the room",
  /// "other than the sender".
  @Test
  void anEventIsDestroyedOnceEverybodyElseHasReadIt() throws InterruptedException {
    var carol = UserId.of("carol", US);
    var room =
        room(
            Draft.state(
                carol, "m.room.member", carol.value(), Json.object().put("membership", "join")));
    var id = send(room, words().put(READ, 5000));
    var later = send(room, words());
    var stolen = sealed(id);
    burning.step();
    read(BOB, room, id);
    burning.step();
    now = now.plusSeconds(60);
    burning.step();
    assertThat(visible(room, BOB, id)).isTrue();
    assertThat(event(id).event().content()).isNotEmpty();

    // Who has read what came later has read this.
    read(carol, room, later);
    burning.step();
    restart();
    burning.step();
    assertThat(event(id).event().content()).isNotEmpty();
    now = now.plusSeconds(5);
    burning.step();

    assertThat(event(id).event().content()).isEmpty();
    cannotBeOpened(id, stolen);
  }

  private void read(UserId user, RoomId room, EventId id) {
    ledger().write(new ReceiptSet(new Receipt(room, user, "m.read", null, id, 0, 0)));
  }

  /// "self-destructing messages may be redacted to speed up the self-destruct process".
  @Test
  void aRedactionDestroysTheKeyToo() {
    var room = room();
    var id = send(room, words().put(AFTER, now.plus(Duration.ofDays(1)).toEpochMilli()));
    var stolen = sealed(id);
    done(
        engine
            .appends()
            .append(
                room,
                List.of(new Draft(ALICE, "m.room.redaction", null, Json.object(), id, null, null)),
                List.of()));
    burning.step();

    cannotBeOpened(id, stolen);
    assertThat(event(id).redactedBecause()).isNotNull();
  }

  @Test
  void nonsenseAndStateDestroyNothing() {
    var room =
        room(Draft.state(ALICE, "m.room.topic", "", Json.object().put("topic", "t").put(AFTER, 1)));
    send(room, words().put(AFTER, -1));
    send(room, words().put(READ, "soon"));
    send(room, words().put(READ, 1L << 31));
    send(room, words().putNull(READ));
    assertThat(rows("event_expiry")).isZero();
  }

  private static Draft retention(@Nullable Long max, @Nullable Long min) {
    var content = Json.object();
    if (max != null) content.put("max_lifetime", max);
    if (min != null) content.put("min_lifetime", min);
    return Draft.state(ALICE, "m.room.retention", "", content);
  }

  private void purge() {
    while (retention.step()) {
      // Until all rooms were looked at.
    }
  }

  @Test
  void oldMessagesAreHiddenAtOnceAndThenRemovedAndStateStays() throws InterruptedException {
    restartWith(new Lifetimes(true, Lifetimes.FOREVER, 0, Lifetimes.FOREVER));
    var room = room(retention(Duration.ofDays(1).toMillis(), null));
    var kept = room();
    var old = send(room, words());
    var elsewhere = send(kept, words());
    now = now.plus(Duration.ofHours(12));
    var young = send(room, words());
    purge();
    assertThat(visible(room, BOB, old)).isTrue();

    now = now.plus(Duration.ofHours(12));
    assertThat(visible(room, BOB, old)).isFalse();
    assertThat(visible(room, BOB, young)).isTrue();
    purge();

    assertThat(sealed(old)).isNull();
    assertThat(event(old).event().content()).isEmpty();
    restart();
    assertThat(event(old).event().content()).isEmpty();
    assertThat(event(young).event().content()).isNotEmpty();
    assertThat(event(elsewhere).event().content()).isNotEmpty();
    var view = engine.rooms().view(room).orElseThrow();
    assertThat(view.state(new StateKey("m.room.retention", ""))).isNotNull();
    assertThat(view.membership(BOB)).isEqualTo("join");
    // The next day takes the rest; where it stopped is no obstacle.
    now = now.plus(Duration.ofHours(12));
    purge();
    assertThat(event(young).event().content()).isEmpty();
  }

  @Test
  void manyOldMessagesGoInPortions() throws InterruptedException {
    restartWith(new Lifetimes(true, Duration.ofDays(1).toMillis(), 0, Lifetimes.FOREVER));
    var room = room();
    EventId last = null;
    for (int i = 0; i < 450; i++) last = send(room, words());
    now = now.plus(Duration.ofDays(2));
    purge();
    assertThat(rows("room_event WHERE sealed IS NOT NULL AND state_before = state_after")).isZero();
    assertThat(event(Objects.requireNonNull(last)).event().content()).isEmpty();
  }

  /// "If the calculated `max_lifetime` is less than the `min_lifetime` then the `max_lifetime` is
  /// set to be equal to the `min_lifetime`", and what the server allows is the last word.
  @Test
  void theServerHasTheLastWord() throws InterruptedException {
    long day = Duration.ofDays(1).toMillis();
    restartWith(new Lifetimes(true, 7 * day, day, 30 * day));
    var greedy = room(retention(1L, null));
    var eternal = room(retention(365 * day, null));
    var contradictory = room(retention(2 * day, 3 * day));
    var silent = room();
    for (var room : List.of(greedy, eternal, contradictory, silent)) send(room, words());
    assertThat(lastsDays(greedy)).isEqualTo(1);
    assertThat(lastsDays(contradictory)).isEqualTo(3);
    assertThat(lastsDays(silent)).isEqualTo(7);
    assertThat(lastsDays(eternal)).isEqualTo(30);
  }

  private int lastsDays(RoomId room) {
    var id = engine.rooms().view(room).orElseThrow().heads().getFirst();
    var begin = Instant.ofEpochMilli(event(id).event().originServerTs());
    for (int days = 0; ; days++) {
      now = begin.plus(Duration.ofDays(days));
      if (!visible(room, BOB, id)) return days;
    }
  }

  @Test
  void nothingExpiresWhereRetentionIsOff() {
    var room = room(retention(1L, null));
    var id = send(room, words());
    now = now.plus(Duration.ofDays(1000));
    purge();
    assertThat(visible(room, BOB, id)).isTrue();
    assertThat(sealed(id)).isNotNull();
  }
}
