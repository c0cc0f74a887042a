package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.memory.Weights;
import org.hearth.engine.push.PushEvaluation;
import org.hearth.engine.push.PushRules;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// How much is [unread](https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications):
/// events after a user's receipts about which their push rules notify. Nothing is stored for it:
/// the counts follow from events, receipts and rules, and go on from where they were last asked
/// for.
public final class UnreadCounts {
  /// More than so many unread events are not counted.
  private static final int MAX_EVENTS = 1_000;

  private static final int PLACE = 250;
  private static final int RECEIPT = 400;
  private static final int THREAD = 150;
  private static final String MAIN = "main";

  /// @param main of the room without its threads
  /// @param threads by root
  public record Counts(SyncAnswer.Unread main, Map<EventId, SyncAnswer.Unread> threads) {

    /// For clients that do not tell threads apart.
    SyncAnswer.Unread together() {
      int notifications = main.notifications();
      int highlights = main.highlights();
      for (var thread : threads.values()) {
        notifications += thread.notifications();
        highlights += thread.highlights();
      }
      return new SyncAnswer.Unread(notifications, highlights);
    }
  }

  private record Place(UserId userId, RoomId roomId) {}

  /// What was counted up to a position, under the receipts there were.
  private record Counted(
      Map<String, Long> receipts, JsonNode rules, long upTo, Map<String, int[]> byThread) {

    /// Whether counting can go on from here.
    boolean holds(Map<String, Long> receipts, JsonNode rules, long upTo) {
      return this.upTo <= upTo && this.receipts.equals(receipts) && this.rules.equals(rules);
    }
  }

  private final Rooms rooms;
  private final Timeline timeline;
  private final ReceiptStore receipts;
  private final PushRules pushRules;
  private final IgnoredUsers ignoredUsers;
  private final Remembered<UserId, ObjectNode> rulesOf;
  private final Remembered<Place, List<Receipt>> receiptsOf;
  private final Cache<Place, Counted> cache;

  public UnreadCounts(
      Rooms rooms,
      Timeline timeline,
      ReceiptStore receipts,
      PushRules pushRules,
      IgnoredUsers ignoredUsers,
      Freshness freshness,
      MemoryBudget budget) {
    this.rulesOf =
        new Remembered<>(freshness, budget, Share.PUSH_RULES, (_, rules) -> Weights.of(rules));
    this.receiptsOf =
        new Remembered<>(
            freshness, budget, Share.RECEIPTS, (_, list) -> PLACE + RECEIPT * list.size());
    // The rules are those that are remembered for the user.
    this.cache =
        budget.cache(
            Share.UNREAD_COUNTS,
            (Place _, Counted counted) ->
                2 * PLACE + THREAD * (counted.receipts().size() + counted.byThread().size()));
    this.ignoredUsers = ignoredUsers;
    this.rooms = rooms;
    this.timeline = timeline;
    this.receipts = receipts;
    this.pushRules = pushRules;
  }

  /// @param joinedAt the position of the user's join: nothing before it is unread
  Counts of(UserId userId, RoomView view, long joinedAt, long upTo) {
    var place = new Place(userId, view.roomId());
    var read = readUpTo(userId, view.roomId(), upTo);
    var rules = rulesOf.get(userId, new Topic.User(userId), () -> pushRules.of(userId));
    var known = cache.getIfPresent(place);
    var byThread = new HashMap<String, int[]>();
    long from = Math.max(joinedAt, read.getOrDefault("", 0L));
    if (known != null && known.holds(read, rules, upTo)) {
      known.byThread().forEach((thread, counts) -> byThread.put(thread, counts.clone()));
      from = Math.max(from, known.upTo());
    }
    var evaluation = evaluation(userId, view, rules);
    for (var event : unread(userId, view.roomId(), from, upTo))
      count(event, userId, read, evaluation, byThread);
    cache.put(place, new Counted(read, rules, upTo, byThread));
    return counts(byThread);
  }

  private List<StoredEvent> unread(UserId userId, RoomId roomId, long from, long upTo) {
    return from >= upTo
        ? List.of()
        : timeline.since(roomId, userId, from, upTo, MAX_EVENTS, wanted(userId)).events();
  }

  /// Ignored users notify nobody.
  private Predicate<Event> wanted(UserId userId) {
    var ignored = ignoredUsers.of(userId);
    return event -> !ignored.contains(event.sender());
  }

  /// "When the user updates their read receipt (either by using the API or by sending an event),
  /// notifications prior to and including that event MUST be marked as read."
  private static void count(
      StoredEvent event,
      UserId userId,
      Map<String, Long> read,
      PushEvaluation evaluation,
      Map<String, int[]> byThread) {
    var thread = thread(event).map(EventId::value).orElse(MAIN);
    if (event.event().sender().equals(userId)) {
      byThread.remove(thread);
      return;
    }
    if (event.position() <= read.getOrDefault(thread, 0L)) return;
    var verdict = evaluation.verdict(event.event());
    if (!verdict.notifies()) return;
    var counts = byThread.computeIfAbsent(thread, _ -> new int[2]);
    counts[0]++;
    if (verdict.highlights()) counts[1]++;
  }

  private static Optional<EventId> thread(StoredEvent event) {
    var relation = event.event().content().path("m.relates_to");
    return "m.thread".equals(relation.path("rel_type").textValue())
        ? EventId.tryParse(relation.path("event_id").asText(""))
        : Optional.empty();
  }

  private static Counts counts(Map<String, int[]> byThread) {
    var main = new SyncAnswer.Unread(0, 0);
    var threads = new TreeMap<EventId, SyncAnswer.Unread>();
    for (var entry : byThread.entrySet()) {
      var unread = new SyncAnswer.Unread(entry.getValue()[0], entry.getValue()[1]);
      if (entry.getKey().equals(MAIN)) main = unread;
      else threads.put(new EventId(entry.getKey()), unread);
    }
    return new Counts(main, threads);
  }

  /// The position of the newest receipt by thread; `""` for receipts that count for all threads.
  private Map<String, Long> readUpTo(UserId userId, RoomId roomId, long upTo) {
    var positions = new HashMap<String, Long>();
    var present =
        receiptsOf.get(
            new Place(userId, roomId),
            new Topic.Receipts(roomId),
            () -> receipts.of(userId, roomId));
    for (Receipt receipt : present) {
      if (receipt.position() > upTo) continue;
      long position = rooms.event(roomId, receipt.eventId()).map(StoredEvent::position).orElse(0L);
      var thread = receipt.threadId() == null ? "" : receipt.threadId();
      positions.merge(thread, position, Math::max);
    }
    return positions;
  }

  private static PushEvaluation evaluation(UserId userId, RoomView view, ObjectNode rules) {
    var member = view.state(StateKey.member(userId));
    return new PushEvaluation(
        rules,
        userId,
        member == null ? null : member.contentString("displayname").orElse(null),
        view.joinedCount(),
        PowerLevels.of(view.createEvent(), view.state(StateKey.POWER_LEVELS)));
  }
}
