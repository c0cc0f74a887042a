package org.hearth.engine.creation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.directory.PutAlias;
import org.hearth.engine.directory.SetPublished;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.engine.membership.Memberships;
import org.hearth.engine.room.RoomAppends;
import org.hearth.ledger.Change;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes rooms ([createRoom](https://spec.matrix.org/v1.19/client-server-api/#creation)). The room
/// with its alias and its place in the directory becomes durable at once or not at all; invites
/// follow.
public final class RoomCreation {
  private static final Logger log = LoggerFactory.getLogger(RoomCreation.class);
  private static final int MAX_INVITES = 200;
  private static final int ENTROPY_BYTES = 12;

  private final ServerName serverName;
  private final RoomVersion defaultVersion;
  private final RoomAppends appends;
  private final Aliases aliases;
  private final Memberships memberships;
  private final LocalProfiles profiles;
  private final RoomEncryption encryption;
  private final SecureRandom random;

  public RoomCreation(
      ServerName serverName,
      RoomVersion defaultVersion,
      RoomAppends appends,
      Aliases aliases,
      Memberships memberships,
      LocalProfiles profiles,
      RoomEncryption encryption,
      SecureRandom random) {
    this.serverName = serverName;
    this.defaultVersion = defaultVersion;
    this.appends = appends;
    this.aliases = aliases;
    this.memberships = memberships;
    this.profiles = profiles;
    this.encryption = encryption;
    this.random = random;
  }

  public Outcome<RoomId> create(Requester requester, NewRoom request) {
    var version =
        request.roomVersion() == null
            ? Optional.of(defaultVersion)
            : RoomVersion.tryParse(request.roomVersion());
    if (version.isEmpty())
      return Outcome.refused(
          ErrorCode.M_UNSUPPORTED_ROOM_VERSION,
          "This server does not know the room version " + request.roomVersion() + ".");
    var rules = version.get().rules();
    var invalid = invalid(requester, rules, request);
    if (invalid.isPresent()) return Outcome.refused(invalid.get());
    if (request.roomAliasName() == null) return create(requester, request, rules, null);
    var alias = RoomAlias.tryParse("#" + request.roomAliasName() + ":" + serverName);
    if (alias.isEmpty() || request.roomAliasName().contains(":"))
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "`room_alias_name` is not the local part of an alias.");
    return aliases.taking(alias.get(), () -> create(requester, request, rules, alias.get()));
  }

  private Outcome<RoomId> create(
      Requester requester, NewRoom request, RoomRules rules, @Nullable RoomAlias alias) {
    var creator = requester.userId();
    var drafts =
        new FirstEvents(creator, rules, request)
            .drafts(
                profiles.memberContent(creator), alias, entropy(), encryption.wantedFor(request));
    return appends
        .create(rules.version(), drafts, roomId -> with(roomId, request, alias, creator))
        .map(roomId -> invited(requester, roomId, request));
  }

  private static List<Change> with(
      RoomId roomId, NewRoom request, @Nullable RoomAlias alias, UserId creator) {
    var changes = new ArrayList<Change>();
    if (alias != null) changes.add(new PutAlias(alias, roomId, creator));
    if (request.published()) changes.add(new SetPublished(roomId, true));
    return changes;
  }

  /// The room stands already, so an invite that fails leaves the others and the room alone; the
  /// client sees in the room who is invited.
  private RoomId invited(Requester requester, RoomId roomId, NewRoom request) {
    for (var user : request.invite()) {
      if (user.equals(requester.userId())) continue;
      switch (memberships.invite(requester, roomId, user, null, request.direct())) {
        case Outcome.Done<Void> _ -> {}
        case Outcome.Refused<Void>(var refusal) ->
            log.info(
                "Room {} was created, but {} could not be invited: {}",
                roomId,
                user,
                refusal.code());
      }
    }
    return roomId;
  }

  private Optional<Refusal> invalid(Requester requester, RoomRules rules, NewRoom request) {
    if (request.visibility() != null
        && !List.of("public", "private").contains(request.visibility()))
      return invalidParam("`visibility` is `public` or `private`.");
    if (!request.inviteThirdParty().isEmpty())
      return Optional.of(
          new Refusal(
              ErrorCode.M_THREEPID_DENIED,
              "This server has no identity server; invite people by their Matrix ids."));
    if (request.invite().size() > MAX_INVITES)
      return invalidParam("At most " + MAX_INVITES + " invites can go with a new room.");
    for (var event : request.initialState()) {
      if (List.of(EventType.CREATE, EventType.MEMBER).contains(event.type()))
        return invalidParam("`initial_state` cannot hold " + event.type() + ".");
    }
    if (!levelsAreIntegers(request)) return invalidParam("Power levels are integers.");
    return invalidCreators(requester, rules, request).or(() -> encryption.refusal(request));
  }

  /// Old room versions would take other forms.
  private static boolean levelsAreIntegers(NewRoom request) {
    var override = request.powerLevelContentOverride();
    return (override == null || PowerLevels.areIntegers(override))
        && request.initialState().stream()
            .filter(event -> event.type().equals(EventType.POWER_LEVELS))
            .allMatch(event -> PowerLevels.areIntegers(event.content()));
  }

  private static Optional<Refusal> invalidCreators(
      Requester requester, RoomRules rules, NewRoom request) {
    if (!rules.creatorsHaveInfinitePower()) return Optional.empty();
    var content = request.creationContent();
    if (content != null && content.has("additional_creators")) {
      var additional = content.get("additional_creators");
      if (!additional.isArray())
        return invalidParam("`additional_creators` is a list of user ids.");
      for (var item : additional) {
        if (!item.isTextual() || UserId.tryParse(item.textValue()).isEmpty())
          return invalidParam("`additional_creators` holds something that is not a user id.");
      }
    }
    if (request.powerLevelContentOverride() instanceof ObjectNode override) {
      for (var creator : new FirstEvents(requester.userId(), rules, request).creators()) {
        if (override.path("users").has(creator.value()))
          return invalidParam(
              "Creators stand above all power levels in this room version; `power_level_content_override` cannot name them.");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> invalidParam(String message) {
    return Optional.of(new Refusal(ErrorCode.M_INVALID_PARAM, message));
  }

  private String entropy() {
    byte[] bytes = new byte[ENTROPY_BYTES];
    random.nextBytes(bytes);
    return Base64Unpadded.encodeUrlSafe(bytes);
  }
}
