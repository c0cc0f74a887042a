package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.expiry.ExpiryChange;
import org.hearth.engine.expiry.SelfDestruct;
import org.hearth.engine.membership.ForgetRoom;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.RoomChange.AppendEvent;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.TransactionKey;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;
import org.jspecify.annotations.Nullable;

/// What rooms write.
public final class RoomTopic {
  static final long STILL = Long.MAX_VALUE;

  private static final Table ROOMS = Table.of("room", List.of("number"), "room_id", "version");
  private static final Table EVENTS =
      Table.of(
          "room_event",
          List.of("room", "ordinal"),
          "event_id",
          "position",
          "standing",
          "rejected_for",
          "depth",
          "origin_ms",
          "state_before",
          "state_after",
          "room_state",
          "auth",
          "redacted_by",
          "device_id",
          "transaction_id",
          "clear",
          "sealed",
          "heads");
  private static final RowWrite REDACT = EVENTS.update("redacted_by", "sealed");
  private static final RowWrite REMOVE_CONTENT =
      EVENTS.sql(
          "UPDATE room_event SET sealed = NULL,"
              + " redacted_by = CASE WHEN redacted_by = 0 THEN -1 ELSE redacted_by END"
              + " WHERE room = ? AND ordinal = ?");
  private static final Table EXPIRY =
      Table.of("event_expiry", List.of("room", "ordinal"), "event_id", "due_ms", "after_read_ms");
  private static final RowWrite SCHEDULE = EXPIRY.update("due_ms");
  private static final Table KEYS = Table.of("room_key", List.of("room", "ordinal"), "name");
  private static final Table NODES = Table.of("room_node", List.of("room", "id"), "node");
  private static final Table MEMBERS =
      Table.of("room_member", List.of("room", "user_id"), "membership", "server");
  private static final Table USER_ROOMS =
      Table.of(
          "user_room",
          List.of("user_id", "room_id"),
          "membership",
          "event_id",
          "sender",
          "position",
          "forgotten",
          "stripped");
  private static final RowWrite FORGET = USER_ROOMS.update("forgotten");
  private static final RowWrite FORGET_STRIPPED =
      USER_ROOMS.updateBy(List.of("user_id"), "stripped");
  private static final Table USER_ROOM_CHANGES =
      Table.of(
          "user_room_change",
          List.of("user_id", "position"),
          "room_id",
          "membership",
          "event_id",
          "sender");
  private static final Table SERVERS =
      Table.of("room_server", List.of("room", "server", "since"), "until");
  private static final RowWrite DEPART =
      SERVERS.updateBy(List.of("room", "server", "until"), "until");
  private static final Table OUTGOING =
      Table.of("room_outgoing", List.of("position"), "room", "ordinal");
  private static final Table TRANSACTIONS = Table.of("room_sent", List.of("id"), "room", "ordinal");
  private static final RowWrite FORGET_TRANSACTIONS =
      TRANSACTIONS.sql("DELETE FROM room_sent WHERE id < ?");

  /// Of a version that stored them in full.
  private static final Table OLD_TRANSACTIONS =
      Table.of(
          "room_transaction",
          List.of("user_id", "device_id", "transaction_id", "room"),
          "event_id",
          "at_ms");

  private static final RowWrite FORGET_OLD_TRANSACTIONS =
      OLD_TRANSACTIONS.sql("DELETE FROM room_transaction WHERE at_ms < ?");
  private static final Table RELATIONS =
      Table.of("room_relation", List.of("room", "target", "ordinal"), "rel_type");
  private static final Table REDACTIONS =
      Table.of("room_redaction", List.of("room", "target", "ordinal"));
  private static final Table GAPS =
      Table.of("room_gap", List.of("room", "event_id", "ordinal"), "depth");
  private static final RowWrite CLOSE_GAP = GAPS.deleteBy("room", "event_id");
  private static final Table STAGED =
      Table.of(
          "room_staged",
          List.of("room_id", "event_id"),
          "position",
          "origin",
          "received_ms",
          "pdu");
  private static final RowWrite UNSTAGE = STAGED.deleteBy("room_id", "event_id", "position");
  private static final Table AWAITED_KEYS =
      Table.of("room_awaited_key", List.of("room_id", "event_id"), "position", "origin", "server");
  private static final RowWrite UNSTAGE_UNCHECKED =
      STAGED.sql(
          "DELETE FROM room_staged WHERE room_id = ? AND event_id = ? AND EXISTS (SELECT 1 FROM"
              + " room_awaited_key k WHERE k.room_id = room_staged.room_id"
              + " AND k.event_id = room_staged.event_id)",
          AWAITED_KEYS);
  private static final Table INBOUND =
      Table.of("inbound_transaction", List.of("origin", "transaction_id"), "answer", "at_ms");
  private static final RowWrite FORGET_INBOUND =
      INBOUND.sql("DELETE FROM inbound_transaction WHERE at_ms < ?");

  private final EventCodec codec;

  private RoomTopic(EventCodec codec) {
    this.codec = codec;
  }

  public static Topic topic(Sealing sealing) {
    var rows = new RoomTopic(new EventCodec(sealing));
    return Topic.named("rooms")
        .change(RoomChange.class, rows::rows)
        .change(ExpiryChange.class, RoomTopic::expiry)
        .change(
            ForgetRoom.class,
            (forget, sink) ->
                sink.run(
                    FORGET,
                    true,
                    forget.change().userId().value(),
                    forget.change().roomId().value()));
  }

  private void rows(Positioned<RoomChange> positioned, RowSink rows) {
    long position = positioned.position();
    switch (positioned.change()) {
      case RoomChange.StartRoom(var room) ->
          rows.insert(ROOMS, room.number(), room.id().value(), room.rules().version().id());
      case AppendEvent append -> append(append, position, rows);
      case RoomChange.ApplyRedaction(var room, int target, int redaction) ->
          redact(room.number(), target, redaction, rows);
      case RoomChange.RemoveContent(var room, int ordinal) ->
          rows.run(REMOVE_CONTENT, room.number(), ordinal);
      case RoomChange.ForgetInvites(var user) -> rows.run(FORGET_STRIPPED, null, user.value());
      case RoomChange.CloseGap(var room, var missing) ->
          rows.run(CLOSE_GAP, room.number(), missing.value());
      case RoomChange.SetRemoteMembership membership -> remote(membership, position, rows);
      case RoomChange.StageEvent staged -> stage(staged, position, rows);
      case RoomChange.UnstageUnchecked(var room, var event) ->
          rows.run(UNSTAGE_UNCHECKED, room.value(), event.value());
      case RoomChange.AwaitKey(var room, var event, var origin, var server) ->
          rows.insertIfAbsent(
              AWAITED_KEYS, room.value(), event.value(), position, origin.value(), server.value());
      case RoomChange.KeyAwaitedNoMore(var room, var event) ->
          rows.delete(AWAITED_KEYS, room.value(), event.value());
      case RoomChange.UnstageEvent(var room, var event, long at) ->
          rows.run(UNSTAGE, room.value(), event.value(), at);
      case RoomChange.RememberInbound(var origin, var id, var answer, long atMs) ->
          rows.upsert(INBOUND, origin.value(), id, answer, atMs);
      case RoomChange.ForgetTransactions(long beforeMs) -> {
        rows.run(FORGET_TRANSACTIONS, TransactionKey.from(beforeMs));
        rows.run(FORGET_OLD_TRANSACTIONS, beforeMs);
        rows.run(FORGET_INBOUND, beforeMs);
      }
    }
  }

  private void append(AppendEvent append, long position, RowSink rows) {
    var event = append.event();
    long room = event.room().number();
    boolean live = append.entrance() == Entrance.LIVE;
    for (var group : NodeGroup.of(append.nodes()))
      rows.insert(NODES, room, group.number(), group.encode());
    for (var key : append.keys())
      rows.insert(KEYS, room, key.ordinal(), EventCodec.name(key.key()));
    event(append, live ? position : 0, rows);
    occupancy(append, position, rows);
    if (append.outgoing()) rows.insert(OUTGOING, position, room, event.ordinal());
    transaction(event, rows);
    if (append.relation() != null)
      rows.insertIfAbsent(
          RELATIONS,
          room,
          append.relation().target().value(),
          event.ordinal(),
          append.relation().type().getBytes(UTF_8));
    if (append.redaction() != null) {
      rows.insertIfAbsent(REDACTIONS, room, append.redaction().target().value(), event.ordinal());
      if (append.redaction().applied() != 0)
        redact(room, append.redaction().applied(), event.ordinal(), rows);
    }
    for (var missing : append.missing())
      rows.insertIfAbsent(GAPS, room, missing.value(), event.ordinal(), event.event().depth());
  }

  /// A self-destructing event loses its key, too, now that nobody shall read it any more.
  private static void redact(long room, int target, int redaction, RowSink rows) {
    rows.run(REDACT, redaction, null, room, target);
    rows.run(SCHEDULE, 0L, room, target);
  }

  private static void expiry(Positioned<ExpiryChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case ExpiryChange.Scheduled(long room, int ordinal, long atMs) ->
          rows.run(SCHEDULE, atMs, room, ordinal);
      case ExpiryChange.Done(long room, int ordinal) -> rows.delete(EXPIRY, room, ordinal);
    }
  }

  private void event(AppendEvent append, long position, RowSink rows) {
    var event = append.event();
    SelfDestruct.of(event.event())
        .ifPresent(
            end ->
                rows.upsert(
                    EXPIRY,
                    event.room().number(),
                    event.ordinal(),
                    event.event().eventId().value(),
                    event.redactedBy() == 0 ? end.atMs() : 0L,
                    end.afterReadMs()));
    var halves = codec.halves(event.event());
    var transaction = event.transactionId();
    Object[] row = {
      event.room().number(),
      event.ordinal(),
      event.event().eventId().value(),
      position,
      event.standing().ordinal(),
      append.rejectedFor(),
      event.event().depth(),
      event.event().originServerTs(),
      event.stateBefore(),
      event.stateAfter(),
      event.roomState(),
      EventCodec.ordinals(event.authOrdinals()),
      event.redactedBy(),
      transaction == null ? null : transaction.deviceId(),
      transaction == null ? null : transaction.id(),
      halves.clear(),
      event.redactedBy() == 0 ? halves.sealed() : null,
      heads(append)
    };
    if (append.replacesOutlier()) rows.upsert(EVENTS, row);
    else rows.insert(EVENTS, row);
  }

  /// Where the room stood then. Nearly always the event was the only head: that is null.
  private static byte @Nullable [] heads(AppendEvent append) {
    var heads = append.heads();
    return heads == null || heads.equals(List.of(append.event().ordinal()))
        ? null
        : EventCodec.ordinals(heads);
  }

  private static void occupancy(AppendEvent append, long position, RowSink rows) {
    var room = append.event().room();
    for (var member : append.occupancy().memberships()) {
      var user = member.user().value();
      rows.upsert(
          MEMBERS, room.number(), user, member.membership(), member.user().serverName().value());
      if (!member.local()) continue;
      var eventId = member.eventId().value();
      var sender = member.sender().value();
      rows.upsert(
          USER_ROOMS,
          user,
          room.id().value(),
          member.membership(),
          eventId,
          sender,
          position,
          false,
          null);
      rows.insert(
          USER_ROOM_CHANGES,
          user,
          position,
          room.id().value(),
          member.membership(),
          eventId,
          sender);
    }
    for (var server : append.occupancy().arrived())
      rows.upsert(SERVERS, room.number(), server.value(), position, STILL);
    for (var server : append.occupancy().departed())
      rows.run(DEPART, position, room.number(), server.value(), STILL);
  }

  private static void transaction(RoomEvent event, RowSink rows) {
    var transaction = event.transactionId();
    if (transaction != null)
      rows.upsert(
          TRANSACTIONS,
          TransactionKey.of(event.room(), transaction, event.event().originServerTs()),
          event.room().number(),
          event.ordinal());
  }

  private void remote(RoomChange.SetRemoteMembership change, long position, RowSink rows) {
    var user = change.user().value();
    var room = change.room().value();
    var event = change.eventId().value();
    var sender = change.sender().value();
    byte[] stripped = null;
    if (!change.stripped().isEmpty()) {
      var list = Json.array();
      for (var item : change.stripped()) list.add(item);
      stripped =
          codec.seal(
              KeyScope.account(change.user()), user + "|" + room + "|stripped", Json.write(list));
    }
    rows.upsert(
        USER_ROOMS, user, room, change.membership(), event, sender, position, false, stripped);
    rows.insert(USER_ROOM_CHANGES, user, position, room, change.membership(), event, sender);
  }

  private void stage(RoomChange.StageEvent staged, long position, RowSink rows) {
    var room = staged.room().value();
    var event = staged.eventId().value();
    rows.insertIfAbsent(
        STAGED,
        room,
        event,
        position,
        staged.origin().value(),
        staged.receivedMs(),
        codec.seal(KeyScope.room(staged.room()), room + "|" + event + "|staged", staged.pdu()));
  }

  /// What is sealed of rooms.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        new SealedColumn(
            "room_event e JOIN room r ON r.number = e.room",
            "sealed",
            List.of("e.event_id", "r.room_id"),
            (sealing, row, bytes) ->
                new EventCodec(sealing)
                    .open(RoomId.parse(row.get(1)), new EventId(row.get(0)), bytes)),
        SealedColumn.of(
            "user_room",
            "stripped",
            row -> KeyScope.account(UserId.parse(row.get(0))),
            row -> row.joined() + "|stripped",
            "user_id",
            "room_id"),
        // A purge destroys the room's keys first, then takes the rows.
        SealedColumn.of(
            "room_staged t WHERE NOT EXISTS (SELECT 1 FROM room_purge p"
                + " WHERE p.room_id = t.room_id AND p.ended_ms = 0)",
            "pdu",
            row -> KeyScope.room(RoomId.parse(row.get(0))),
            row -> row.joined() + "|staged",
            "room_id",
            "event_id"));
  }
}
