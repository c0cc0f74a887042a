package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.hearth.engine.Requester;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.creation.RoomEncryption;
import org.hearth.engine.directory.PutAlias;
import org.hearth.engine.directory.RemoveAlias;
import org.hearth.engine.directory.RoomPowers;
import org.hearth.engine.directory.SetPublished;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomAppends;
import org.hearth.engine.upgrade.RoomUpgrades;
import org.hearth.ledger.Change;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.StorageTest;
import org.hearth.storage.directory.StoredDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// [Room upgrades](https://spec.matrix.org/v1.19/client-server-api/#room-upgrades) from each
/// version to each.
class RoomUpgradesTest extends RoomStorageTest implements StorageTest.OnH2 {
  private static final UserId CAROL = UserId.of("carol", US);
  private static final RoomAlias ALIAS = RoomAlias.of("room", US);

  private RoomUpgrades upgrades(RoomAppends appends) {
    return new RoomUpgrades(
        engine.rooms(),
        appends,
        directory(),
        new RoomPowers(engine.rooms()),
        _ -> Json.object(),
        new RoomEncryption(false));
  }

  private StoredDirectory directory() {
    return new StoredDirectory(storage().database());
  }

  private Outcome<RoomId> upgrade(
      RoomId room, UserId user, RoomVersion version, UserId... additionalCreators) {
    return upgrades(engine.appends())
        .upgrade(new Requester(user, "PHONE"), room, version.id(), List.of(additionalCreators));
  }

  private static ObjectNode json(String singleQuoted) {
    try {
      return Json.parseObject(singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  /// A space of Alice's, in which Bob has 50 and Carol is banned.
  ///
  /// @param levels besides `users`
  private RoomId oldRoom(RoomVersion version, String levels) {
    var create = json("{'creator':'@alice:here.example','type':'m.space','m.federate':false}");
    create.put("room_version", version.id());
    var power = json("{" + levels + "}");
    var users = power.putObject("users");
    if (!version.rules().creatorsHaveInfinitePower()) users.put(ALICE.value(), 100);
    users.put(BOB.value(), 50);
    var drafts = new ArrayList<Draft>();
    drafts.add(Draft.state(ALICE, "m.room.create", "", create));
    drafts.add(Draft.state(ALICE, "m.room.member", ALICE.value(), content("membership", "join")));
    drafts.add(Draft.state(ALICE, "m.room.power_levels", "", power));
    drafts.add(Draft.state(ALICE, "m.room.join_rules", "", content("join_rule", "public")));
    drafts.add(Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join")));
    drafts.add(Draft.state(ALICE, "m.room.member", CAROL.value(), content("membership", "ban")));
    drafts.add(Draft.state(ALICE, "m.room.topic", "", content("topic", "t")));
    drafts.add(Draft.state(ALICE, "m.room.server_acl", "", json("{'allow':['*']}")));
    return done(
        engine
            .appends()
            .create(
                version,
                drafts,
                room -> List.of(new PutAlias(ALIAS, room, ALICE), new SetPublished(room, true))));
  }

  /// The forms that power levels had in the old version are integers in the new one.
  private static String oddLevels(RoomVersion version) {
    if (version.rules().floatPowerLevels())
      return "'ban':50.9,'kick':'50','events':{'m.room.topic':' +0050 ','x':1e1},'invite':'0'";
    return version.rules().stringPowerLevels()
        ? "'ban':'50','kick':'50','events':{'m.room.topic':' +0050 ','x':10},'invite':'0'"
        : "'ban':50,'kick':50,'events':{'m.room.topic':50,'x':10},'invite':0";
  }

  @ParameterizedTest
  @EnumSource
  void fromEveryVersionToEach(RoomVersion from) {
    for (var to : RoomVersion.values()) {
      var old = oldRoom(from, oddLevels(from));
      var lastEvent = view(old).heads().getFirst();
      var room = done(upgrade(old, ALICE, to));
      var view = view(room);

      // "Creates a replacement room with a `m.room.create` event containing a `predecessor` field,
      // the applicable `room_version`, and a `type` field which is copied".
      var create = view.createEvent().content();
      assertThat(create.path("room_version").asText()).isEqualTo(to.id());
      assertThat(create.path("type").asText()).isEqualTo("m.space");
      assertThat(create.path("m.federate").isBoolean()).isTrue();
      assertThat(create.path("predecessor").path("room_id").asText()).isEqualTo(old.value());
      if (!to.rules().roomIdIsCreateHash())
        assertThat(create.path("predecessor").path("event_id").asText())
            .isEqualTo(lastEvent.value());

      // "Replicates transferable state events to the new room."
      assertThat(Objects.requireNonNull(view.state("m.room.topic")).content())
          .isEqualTo(content("topic", "t"));
      assertThat(view.state("m.room.server_acl")).isNotNull();
      assertThat(view.membership(CAROL)).isEqualTo("ban");
      assertThat(view.membership(BOB)).isEqualTo("leave");
      levelsAreKept(view.state(EventType.POWER_LEVELS).content(), to);

      // "Moves any local aliases to the new room."
      assertThat(directory().aliases(room)).containsExactly(ALIAS);
      assertThat(directory().aliases(old)).isEmpty();
      assertThat(directory().published(room)).isTrue();
      assertThat(directory().published(old)).isFalse();

      // "Sends a `m.room.tombstone` event to the old room", and "events_default and invite to the
      // greater of 50 and users_default + 1".
      var tombstone = view(old).state(EventType.TOMBSTONE);
      assertThat(Objects.requireNonNull(tombstone).content().path("replacement_room").asText())
          .isEqualTo(room.value());
      var silenced = view(old).state(EventType.POWER_LEVELS).content();
      assertThat(silenced.path("events_default").intValue()).isEqualTo(50);
      assertThat(silenced.path("invite").intValue()).isEqualTo(50);
      assertThat(PowerLevels.areIntegers(silenced)).isTrue();
      ledger().write(new RemoveAlias(ALIAS));
    }
  }

  private static void levelsAreKept(ObjectNode levels, RoomVersion version) {
    assertThat(PowerLevels.areIntegers(levels)).isTrue();
    assertThat(levels.path("ban").intValue()).isEqualTo(50);
    assertThat(levels.path("events").path("m.room.topic").intValue()).isEqualTo(50);
    assertThat(levels.path("events").path("x").intValue()).isEqualTo(10);
    assertThat(levels.path("users").path(BOB.value()).intValue()).isEqualTo(50);
    // Creators stand above all levels, and the levels must not name them.
    boolean infinite = version.rules().creatorsHaveInfinitePower();
    assertThat(levels.path("users").has(ALICE.value())).isNotEqualTo(infinite);
    if (infinite)
      assertThat(levels.path("events").path(EventType.TOMBSTONE).intValue()).isEqualTo(150);
  }

  /// "Checks that the user has permission to send `m.room.tombstone` events": that is all it takes,
  /// also where the new room's state takes more power than the user has. They have it while they
  /// set the room up, and no longer.
  @Test
  void whoMaySendATombstoneMayUpgrade() {
    var old =
        oldRoom(
            RoomVersion.V10,
            "'events':{'m.room.tombstone':50,'m.room.server_acl':100,'m.room.power_levels':100}");
    var room = done(upgrade(old, BOB, RoomVersion.V11));

    assertThat(view(room).state("m.room.server_acl")).isNotNull();
    var levels = PowerLevels.of(view(room).createEvent(), view(room).state(StateKey.POWER_LEVELS));
    assertThat(levels.user(BOB)).isEqualTo(50);
    assertThat(levels.user(ALICE)).isEqualTo(100);
    assertThat(levels.required("m.room.server_acl", true)).isEqualTo(100);
  }

  /// Nobody is left with an alias of a room that does not say where it comes from.
  @Test
  void anUpgradeThatBreaksOffLeavesTheOldRoomItsAliases() {
    var old = oldRoom(RoomVersion.V10, "");
    var breaking =
        new RoomAppends() {
          @Override
          public Outcome<RoomId> create(
              RoomVersion version, List<Draft> drafts, Function<RoomId, List<Change>> with) {
            return engine.appends().create(version, drafts, with);
          }

          @Override
          public Outcome<List<EventId>> append(
              RoomId roomId, List<Draft> drafts, List<Change> with) {
            throw new LedgerException.Unavailable("The server stops.", null);
          }

          @Override
          public Outcome<Event> build(RoomId roomId, Draft draft) {
            return engine.appends().build(roomId, draft);
          }

          @Override
          public Outcome<EventId> appendBuilt(Event event, List<Change> with) {
            return engine.appends().appendBuilt(event, with);
          }
        };
    assertThatThrownBy(
            () ->
                upgrades(breaking)
                    .upgrade(new Requester(ALICE, "PHONE"), old, RoomVersion.V11.id(), List.of()))
        .isInstanceOf(LedgerException.Unavailable.class);
    assertThat(directory().aliases(old)).containsExactly(ALIAS);
    assertThat(directory().published(old)).isTrue();
    var room = done(upgrade(old, ALICE, RoomVersion.V11));
    assertThat(directory().aliases(room)).containsExactly(ALIAS);
  }

  @Test
  void whoMayNotSendATombstoneMayNotUpgrade() {
    var old = oldRoom(RoomVersion.V10, "'events':{'m.room.tombstone':100}");

    assertThat(upgrade(old, BOB, RoomVersion.V11)).isInstanceOf(Outcome.Refused.class);
    assertThat(view(old).state(EventType.TOMBSTONE)).isNull();
  }

  /// "The full set of additional creators needs to be set"; "when upgrading to a room version which
  /// doesn't support additional creators, this field is ignored and has no effect".
  @Test
  void additionalCreatorsAreThoseOfTheRequest() {
    var first = done(upgrade(oldRoom(RoomVersion.V11, ""), ALICE, RoomVersion.V12, BOB));
    var creators = view(first).createEvent().content().path("additional_creators");
    assertThat(creators).hasSize(1);
    assertThat(creators.get(0).asText()).isEqualTo(BOB.value());
    var levels = view(first).state(EventType.POWER_LEVELS).content();
    assertThat(levels.path("users").has(BOB.value())).isFalse();

    var second = done(upgrade(first, ALICE, RoomVersion.V12));
    assertThat(view(second).createEvent().content().has("additional_creators")).isFalse();

    var back = done(upgrade(second, ALICE, RoomVersion.V11, BOB));
    assertThat(view(back).createEvent().content().has("additional_creators")).isFalse();
  }
}
