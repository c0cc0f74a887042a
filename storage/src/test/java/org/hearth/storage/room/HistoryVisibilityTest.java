package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.Requester;
import org.hearth.engine.reading.RoomReading;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RelatedEvents;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// [Room history
/// visibility](https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility) for each
/// event and user, by every way that shows events.
class HistoryVisibilityTest extends RoomStorageTest implements StorageTest.OnH2 {
  private static final UserId CAROL = UserId.of("carol", US);
  private static final UserId DAVE = UserId.of("dave", US);
  private static final String VISIBILITY = "m.room.history_visibility";

  /// Alice's messages, by what Bob was when she sent them.
  private final Map<String, EventId> told = new LinkedHashMap<>();

  /// Bob is invited, joins and leaves; Carol is only invited, before Bob joins; Dave is nobody.
  private RoomId story(String visibility) {
    var room = createRoom(RoomVersion.V12);
    if (!visibility.equals("unset"))
      state(room, ALICE, VISIBILITY, "", content("history_visibility", visibility));
    tell(room, "before");
    state(room, ALICE, "m.room.member", BOB.value(), content("membership", "invite"));
    state(room, ALICE, "m.room.member", CAROL.value(), content("membership", "invite"));
    tell(room, "invited");
    member(room, BOB, "join");
    tell(room, "joined");
    member(room, BOB, "leave");
    tell(room, "left");
    return room;
  }

  private void tell(RoomId room, String when) {
    told.put(when, send(room, ALICE, when, when));
  }

  /// The five rules of the text, one line for each visibility: what Bob, Carol and Dave see.
  @ParameterizedTest
  @CsvSource({
    "world_readable, before invited joined left, before invited joined left, before invited joined left",
    "shared,         before invited joined,      '',                         ''",
    "unset,          before invited joined,      '',                         ''",
    "misunderstood,  before invited joined,      '',                         ''",
    "invited,        invited joined,             invited joined left,        ''",
    "joined,         joined,                     '',                         ''"
  })
  void everyWaySaysTheSame(String visibility, String bob, String carol, String dave) {
    var room = story(visibility);

    assertThat(seen(room, BOB)).isEqualTo(words(bob));
    assertThat(seen(room, CAROL)).isEqualTo(words(carol));
    assertThat(seen(room, DAVE)).isEqualTo(words(dave));
    assertThat(seen(room, ALICE)).isEqualTo(told.keySet());
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : new TreeSet<>(List.of(text.split(" ", -1)));
  }

  /// Of the messages, by event, context, relations and pages, which must agree. A page is only for
  /// those who were in the room once: "In all cases except `world_readable`, a user needs to join a
  /// room to view events in that room."
  private Set<String> seen(RoomId room, UserId viewer) {
    var reading =
        new RoomReading(
            engine.rooms(), engine.timeline(), engine.visibility(), engine.clientEvents());
    var requester = new Requester(viewer, "PHONE");
    Set<String> seen = new TreeSet<>();
    told.forEach(
        (when, id) -> {
          var event = reading.event(requester, room, id);
          if (event instanceof Outcome.Done<?>) seen.add(when);
        });
    Set<String> inContext = new TreeSet<>();
    Set<String> withRelations = new TreeSet<>();
    told.forEach(
        (when, id) -> {
          if (engine.timeline().context(room, viewer, id, 20, _ -> true)
              instanceof Outcome.Done<Timeline.Context>(var context)) {
            inContext.add(when);
            for (var around : List.of(context.before(), context.after()))
              around.forEach(event -> assertShown(seen, event.event().eventId()));
          }
          var wanted = new RelatedEvents.Wanted(id, null, null, false);
          if (engine
                  .related()
                  .relations(room, viewer, wanted, null, null, Timeline.Direction.BACKWARDS, 10)
              instanceof Outcome.Done<Timeline.Page>) withRelations.add(when);
        });
    assertThat(inContext).isEqualTo(seen);
    assertThat(withRelations).isEqualTo(seen);
    pages(room, viewer)
        .ifPresent(
            paged ->
                assertThat(
                        told.entrySet().stream()
                            .filter(entry -> paged.contains(entry.getValue()))
                            .map(Map.Entry::getKey))
                    .containsExactlyInAnyOrderElementsOf(seen));
    return seen;
  }

  private void assertShown(Set<String> seen, EventId id) {
    told.forEach(
        (when, message) -> {
          if (message.equals(id)) assertThat(seen).contains(when);
        });
  }

  private java.util.Optional<List<EventId>> pages(RoomId room, UserId viewer) {
    if (!(engine
            .timeline()
            .messages(room, viewer, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true)
        instanceof Outcome.Done<Timeline.Page>(var page))) return java.util.Optional.empty();
    var ids = new ArrayList<EventId>();
    page.events().forEach(event -> ids.add(event.event().eventId()));
    return java.util.Optional.of(ids);
  }

  /// "Checks are performed with the state of the `m.room.history_visibility` event when the event
  /// in question is added to the DAG": what was hidden stays hidden, what was open stays open.
  @Test
  void whatCountsIsTheVisibilityAtTheEvent() {
    var room = createRoom(RoomVersion.V12);
    state(room, ALICE, VISIBILITY, "", content("history_visibility", "joined"));
    tell(room, "closed");
    state(room, ALICE, VISIBILITY, "", content("history_visibility", "shared"));
    tell(room, "open");
    state(room, ALICE, VISIBILITY, "", content("history_visibility", "joined"));
    tell(room, "closed again");
    member(room, BOB, "join");

    assertThat(seen(room, BOB)).isEqualTo(Set.of("open"));
  }

  /// "For example, a user should be able to see `m.room.history_visibility` events which change the
  /// `history_visibility` from `world_readable` to `joined` *or* from `joined` to `world_readable`,
  /// even if that user was not a member of the room."
  @Test
  void changesOfVisibilityAreSeenFromBothSides() {
    var room = createRoom(RoomVersion.V12);
    state(room, ALICE, VISIBILITY, "", content("history_visibility", "joined"));
    told.put(
        "opens",
        state(room, ALICE, VISIBILITY, "", content("history_visibility", "world_readable")));
    told.put("closes", state(room, ALICE, VISIBILITY, "", content("history_visibility", "joined")));
    told.put("stays", state(room, ALICE, VISIBILITY, "", content("history_visibility", "invited")));

    assertThat(seen(room, DAVE)).isEqualTo(Set.of("opens", "closes"));
  }

  /// "For example, a user can always see `m.room.member` events which set their membership to
  /// `join`, or which change their membership from `join` to any other value, even if
  /// `history_visibility` is `joined`."
  @Test
  void onesOwnComingAndGoingIsSeen() {
    var room = createRoom(RoomVersion.V12);
    state(room, ALICE, VISIBILITY, "", content("history_visibility", "joined"));
    told.put("join", member(room, BOB, "join"));
    told.put("leave", member(room, BOB, "leave"));

    assertThat(seen(room, BOB)).isEqualTo(Set.of("join", "leave"));
    assertThat(seen(room, DAVE)).isEmpty();
  }

  /// Whoever is banned may know it. It is no way into a room in which they never were: the context
  /// of an event has the room's state.
  @Test
  void aBanOpensNoRoom() {
    var room = createRoom(RoomVersion.V12);
    var ban = state(room, ALICE, "m.room.member", DAVE.value(), content("membership", "ban"));

    var event = engine.rooms().event(room, ban).orElseThrow();
    assertThat(engine.visibility().visible(room, DAVE, List.of(event))).hasSize(1);
    assertThat(engine.timeline().context(room, DAVE, ban, 10, _ -> true))
        .isInstanceOf(Outcome.Refused.class);
  }

  /// A page of relations shows those that one may see, not all of an event that one may see.
  @Test
  void relationsAreSeenOneByOne() {
    var room = story("shared");
    var target = told.get("joined");
    var late = content("body", "late");
    late.putObject("m.relates_to").put("rel_type", "m.thread").put("event_id", target.value());
    done(
        engine
            .appends()
            .append(room, List.of(Draft.message(ALICE, "m.room.message", late, null)), List.of()));
    var wanted = new RelatedEvents.Wanted(target, null, null, false);

    assertThat(
            done(engine
                    .related()
                    .relations(room, ALICE, wanted, null, null, Timeline.Direction.BACKWARDS, 10))
                .events())
        .hasSize(1);
    assertThat(
            done(engine
                    .related()
                    .relations(room, BOB, wanted, null, null, Timeline.Direction.BACKWARDS, 10))
                .events())
        .isEmpty();
  }

  /// Over federation: a server sees what one of its users could see.
  @ParameterizedTest
  @CsvSource({
    "world_readable, before invited joined",
    "shared,         before invited joined",
    "invited,        invited joined",
    "joined,         joined"
  })
  void aServerSeesWhatItsUsersMay(String visibility, String seen) {
    var remote = new UserId("@remote:there.example");
    var room = createRoom(RoomVersion.V12);
    state(room, ALICE, VISIBILITY, "", content("history_visibility", visibility));
    tell(room, "before");
    state(room, ALICE, "m.room.member", remote.value(), content("membership", "invite"));
    tell(room, "invited");
    var events = told.values().stream().map(id -> engine.rooms().event(room, id).orElseThrow());
    var visible =
        engine.visibility().visible(room, new ServerName("there.example"), events.toList());

    assertThat(visible)
        .extracting(event -> event.event().content().path("body").asText())
        .containsExactlyElementsOf(
            List.of("before", "invited").stream().filter(words(seen)::contains).toList());
  }
}
