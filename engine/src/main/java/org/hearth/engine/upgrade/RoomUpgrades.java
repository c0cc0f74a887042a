package org.hearth.engine.upgrade;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.engine.Requester;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.creation.RoomEncryption;
import org.hearth.engine.directory.DirectoryStore;
import org.hearth.engine.directory.Powers;
import org.hearth.engine.directory.PutAlias;
import org.hearth.engine.directory.RemoveAlias;
import org.hearth.engine.directory.SetPublished;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomAppends;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.ledger.Change;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.CreatorRule;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;

/// [Room upgrades](https://spec.matrix.org/v1.19/client-server-api/#room-upgrades): a new room in
/// another version takes the place of an old one.
public final class RoomUpgrades {
  /// "Replicate transferable state events": those that describe the room rather than who is in it.
  private static final Set<String> TRANSFERABLE =
      Set.of(
          EventType.SERVER_ACL,
          EventType.NAME,
          EventType.AVATAR,
          EventType.TOPIC,
          EventType.GUEST_ACCESS,
          EventType.HISTORY_VISIBILITY,
          EventType.JOIN_RULES,
          "m.room.policy",
          "m.room.pinned_events");

  private final Rooms rooms;
  private final RoomAppends appends;
  private final DirectoryStore directory;
  private final Powers powers;
  private final LocalProfiles profiles;
  private final RoomEncryption encryption;

  public RoomUpgrades(
      Rooms rooms,
      RoomAppends appends,
      DirectoryStore directory,
      Powers powers,
      LocalProfiles profiles,
      RoomEncryption encryption) {
    this.rooms = rooms;
    this.appends = appends;
    this.directory = directory;
    this.powers = powers;
    this.profiles = profiles;
    this.encryption = encryption;
  }

  /// @param additionalCreators for versions that know them; not carried over from the old room
  /// @return the new room
  public Outcome<RoomId> upgrade(
      Requester requester, RoomId roomId, String newVersion, List<UserId> additionalCreators) {
    var version = RoomVersion.tryParse(newVersion);
    if (version.isEmpty())
      return Outcome.refused(
          ErrorCode.M_UNSUPPORTED_ROOM_VERSION,
          "This server does not know the room version " + newVersion + ".");
    var rules = version.get().rules();
    // "When upgrading to a room version which doesn't support additional creators, this field is
    // ignored".
    var creators =
        rules.creatorRule() == CreatorRule.SENDER_AND_ADDITIONAL
            ? additionalCreators
            : List.<UserId>of();
    var old = rooms.view(roomId).filter(RoomView::resident);
    if (old.isEmpty()) return Outcome.notFound("This server is not in the room " + roomId + ".");
    if (!powers.maySendState(roomId, requester.userId(), EventType.TOMBSTONE))
      return Outcome.forbidden("You have not the power to upgrade this room.");
    var aliases = directory.aliases(roomId);
    boolean published = directory.published(roomId);
    return appends
        .create(
            version.get(),
            firstEvents(requester.userId(), old.get(), rules, creators, aliases),
            _ -> List.of())
        .then(
            newRoom ->
                close(
                    requester.userId(),
                    old.get(),
                    newRoom,
                    moved(roomId, newRoom, aliases, published, requester.userId())));
  }

  private List<Draft> firstEvents(
      UserId creator,
      RoomView old,
      RoomRules rules,
      List<UserId> additionalCreators,
      List<RoomAlias> aliases) {
    var drafts = new ArrayList<Draft>();
    drafts.add(
        Draft.state(
            creator, EventType.CREATE, "", create(creator, old, rules, additionalCreators)));
    drafts.add(
        Draft.state(
            creator,
            EventType.MEMBER,
            creator.value(),
            profiles.memberContent(creator).put("membership", "join")));
    var levels = UpgradedPowerLevels.of(creator, old, rules, additionalCreators);
    drafts.add(Draft.state(creator, EventType.POWER_LEVELS, "", levels.first()));
    encryption
        .forUpgrade(old)
        .ifPresent(content -> drafts.add(Draft.state(creator, EventType.ENCRYPTION, "", content)));
    for (var event : old.state()) {
      if (transferable(event, old) && fits(event, rules)) drafts.add(copy(creator, event));
    }
    var canonical = old.state(EventType.CANONICAL_ALIAS);
    if (canonical != null && !aliases.isEmpty() && fits(canonical, rules))
      drafts.add(copy(creator, canonical));
    for (var event : old.stateOfType(EventType.MEMBER)) {
      if (event.membership().filter("ban"::equals).isPresent() && fits(event, rules))
        drafts.add(copy(creator, event));
    }
    levels
        .last()
        .ifPresent(
            content -> drafts.add(Draft.state(creator, EventType.POWER_LEVELS, "", content)));
    return drafts;
  }

  private static boolean transferable(Event event, RoomView old) {
    if (TRANSFERABLE.contains(event.type())) return "".equals(event.stateKey().orElse(""));
    // A space is its children.
    return event.type().equals("m.space.child")
        && old.createEvent().contentString("type").filter("m.space"::equals).isPresent();
  }

  /// Rooms of the first versions may hold numbers that are no canonical JSON in the new one.
  private static boolean fits(Event event, RoomRules rules) {
    if (!rules.strictCanonicalJson()) return true;
    try {
      return CanonicalJson.encodeStrict(event.content()).length > 0;
    } catch (NotCanonical e) {
      return false;
    }
  }

  private static Draft copy(UserId sender, Event event) {
    return Draft.state(
        sender, event.type(), event.stateKey().orElse(""), event.content().deepCopy());
  }

  private static ObjectNode create(
      UserId creator, RoomView old, RoomRules rules, List<UserId> additionalCreators) {
    var content = old.createEvent().content().deepCopy();
    content.remove(List.of("creator", "additional_creators", "predecessor"));
    content.put("room_version", rules.version().id());
    if (rules.creatorRule() == CreatorRule.CONTENT_CREATOR) content.put("creator", creator.value());
    if (!additionalCreators.isEmpty()) {
      var list = content.putArray("additional_creators");
      additionalCreators.forEach(user -> list.add(user.value()));
    }
    var predecessor = content.putObject("predecessor").put("room_id", old.roomId().value());
    // "event_id" is of the time when creators had no power of their own and room IDs were no
    // hashes.
    if (!rules.creatorsHaveInfinitePower())
      predecessor.put("event_id", old.heads().getLast().value());
    return content;
  }

  private static List<Change> moved(
      RoomId oldRoom, RoomId newRoom, List<RoomAlias> aliases, boolean published, UserId user) {
    var changes = new ArrayList<Change>();
    for (var alias : aliases) {
      changes.add(new RemoveAlias(alias));
      changes.add(new PutAlias(alias, newRoom, user));
    }
    if (published) {
      changes.add(new SetPublished(oldRoom, false));
      changes.add(new SetPublished(newRoom, true));
    }
    return changes;
  }

  /// The tombstone; then, as far as the user's power goes, nobody speaks in the old room any more.
  ///
  /// @param moved goes with the tombstone, so that an upgrade that breaks off before it changed
  ///   nothing
  private Outcome<RoomId> close(UserId user, RoomView old, RoomId newRoom, List<Change> moved) {
    var tombstone =
        Json.object()
            .put("body", "This room has been replaced")
            .put("replacement_room", newRoom.value());
    var sent =
        appends.append(
            old.roomId(), List.of(Draft.state(user, EventType.TOMBSTONE, "", tombstone)), moved);
    return sent.map(
        _ -> {
          silence(user, old)
              .ifPresent(draft -> appends.append(old.roomId(), List.of(draft), List.of()));
          return newRoom;
        });
  }

  private static Optional<Draft> silence(UserId user, RoomView old) {
    var event = old.state(StateKey.POWER_LEVELS);
    if (event == null) return Optional.empty();
    var content = PowerLevels.asIntegers(event.content(), old.rules());
    long moderator = Math.max(50, content.path("users_default").asLong(0) + 1);
    content.put("events_default", Math.max(moderator, content.path("events_default").asLong(0)));
    content.put("invite", Math.max(moderator, content.path("invite").asLong(0)));
    return Optional.of(Draft.state(user, EventType.POWER_LEVELS, "", content));
  }
}
