package org.hearth.federation.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.Timeline;
import org.hearth.federation.FakeDns;
import org.hearth.federation.LoopbackServer;
import org.hearth.federation.TestAuthority;
import org.hearth.federation.TestClock;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What one server asks arrives at the other as it was meant, and the answer comes back.
class FederatedRoomsTest {
  private static final RoomId ROOM = new RoomId("!a/b c:x.example");
  private static final EventId EVENT = new EventId("$e/+1");

  private Vertx vertx;
  private LoopbackServer us;
  private LoopbackServer them;
  private RemoteRooms rooms;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    TestAuthority authority = new TestAuthority();
    FakeDns dns = new FakeDns();
    TestClock clock = new TestClock();
    us = new LoopbackServer(vertx, authority, dns, "us.example", clock);
    them = new LoopbackServer(vertx, authority, dns, "them.example", clock);
    rooms = new FederatedRooms(us.client);
  }

  @AfterEach
  void close() throws Exception {
    us.close();
    them.close();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).value();
  }

  private static ErrorCode code(Outcome<?> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused<?>) outcome).refusal().code();
  }

  @Test
  void joins() {
    UserId alice = new UserId("@alice:us.example");
    RemoteRooms.Made made = done(rooms.make(them.name, "join", ROOM, alice));
    assertThat(made.version()).isEqualTo(RoomVersion.V12);
    assertThat(made.template().path("type").asText()).isEqualTo("template");
    RemoteRooms.Joined joined =
        done(rooms.sendJoin(them.name, ROOM, EVENT, Json.object().put("type", "m.room.member")));
    assertThat(joined.state()).hasSize(1);
    assertThat(joined.authChain()).hasSize(1);
    assertThat(joined.event()).isNotNull();
    assertThat(them.rooms.calls)
        .containsExactly(
            "make " + us.name + " join " + ROOM + " " + alice + " " + RoomVersion.values().length,
            "sendJoin "
                + us.name
                + " "
                + ROOM
                + " "
                + EVENT
                + " {\"type\":\"m.room.member\"} false");
  }

  @Test
  void leavesKnocksAndInvites() {
    UserId alice = new UserId("@alice:us.example");
    assertThat(code(rooms.make(them.name, "knock", ROOM, alice))).isEqualTo(ErrorCode.M_FORBIDDEN);
    assertThat(rooms.sendLeave(them.name, ROOM, EVENT, Json.object()))
        .isInstanceOf(Outcome.Done.class);
    assertThat(done(rooms.sendKnock(them.name, ROOM, EVENT, Json.object()))).hasSize(1);
    ObjectNode event = Json.object().put("type", "m.room.member");
    assertThat(
            done(
                rooms.invite(
                    them.name, ROOM, EVENT, event, RoomVersion.V11, List.of(Json.object()))))
        .isEqualTo(event);
    assertThat(them.rooms.calls.getLast())
        .isEqualTo("invite " + us.name + " " + ROOM + " " + EVENT + " 11 1");
  }

  @Test
  void fetchesHistoryAndState() {
    EventId other = new EventId("$other");
    assertThat(done(rooms.backfill(them.name, ROOM, List.of(EVENT, other), 7))).hasSize(1);
    assertThat(done(rooms.missingEvents(them.name, ROOM, List.of(EVENT), List.of(other), 5, 3)))
        .hasSize(1);
    assertThat(done(rooms.stateIds(them.name, ROOM, EVENT)).state()).containsExactly(EVENT);
    assertThat(done(rooms.state(them.name, ROOM, EVENT)).authChain()).hasSize(1);
    assertThat(done(rooms.eventAuth(them.name, ROOM, EVENT))).hasSize(1);
    assertThat(code(rooms.event(them.name, EVENT))).isEqualTo(ErrorCode.M_NOT_FOUND);
    assertThat(code(rooms.timestampToEvent(them.name, ROOM, 5, Timeline.Direction.FORWARDS)))
        .isEqualTo(ErrorCode.M_NOT_FOUND);
    assertThat(them.rooms.calls)
        .contains(
            "backfill " + us.name + " " + ROOM + " [" + EVENT + ", " + other + "] 7",
            "missing " + us.name + " " + ROOM + " [" + EVENT + "] [" + other + "] 5 3");
  }

  @Test
  void looksThingsUp() {
    RemoteRooms.Alias alias = done(rooms.alias(RoomAlias.of("a", them.name)));
    assertThat(alias.roomId()).isEqualTo(new RoomId("!room"));
    assertThat(alias.servers()).containsExactly(them.name);
    assertThat(done(rooms.publicRooms(them.name, Json.object().put("limit", 3))).toString())
        .isEqualTo("{\"asked\":{\"limit\":3}}");
    assertThat(done(rooms.hierarchy(them.name, ROOM, true)).path("suggested").asBoolean()).isTrue();
  }

  @Test
  void saysWhenAServerCannotBeReached() {
    ServerName away = new ServerName("away.example");
    assertThat(code(rooms.event(away, EVENT))).isEqualTo(ErrorCode.M_CONNECTION_FAILED);
  }
}
