package org.hearth.schemas.room;

import static org.hearth.schemas.room.RoomVersion.*;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Each room version as the one before it with changes, told as the specification tells it.
final class RoomRulesTable {
  private static final Map<RoomVersion, RoomRules> TABLE = new EnumMap<>(RoomVersion.class);

  static {
    TABLE.put(V1, new Draft().rules(V1));
    next(V2, v -> v.stateResolution = StateResolutionVersion.V2);
    next(
        V3,
        v -> {
          v.eventIdFormat = EventIdFormat.HASH_STANDARD_BASE64;
          v.referencesAreHashPairs = false;
          v.eventIdServerSigns = false;
          v.redactionsAuthorised = false;
        });
    next(V4, v -> v.eventIdFormat = EventIdFormat.HASH_URL_SAFE_BASE64);
    next(V5, v -> v.signingKeyValidity = true);
    next(
        V6,
        v -> {
          v.strictCanonicalJson = true;
          v.maxDepth = (1L << 53) - 1;
          v.floatPowerLevels = false;
          v.aliasesOwnedByServers = false;
          v.notificationLevelsChecked = true;
          v.redaction = v.redaction.withoutContentOf("m.room.aliases");
        });
    next(V7, v -> v.knocking = true);
    next(
        V8,
        v -> {
          v.restrictedJoins = true;
          v.redaction = v.redaction.withContent("m.room.join_rules", "allow");
        });
    next(
        V9,
        v ->
            v.redaction =
                v.redaction.withContent("m.room.member", "join_authorised_via_users_server"));
    next(
        V10,
        v -> {
          v.knockRestrictedJoins = true;
          v.stringPowerLevels = false;
        });
    next(
        V11,
        v -> {
          v.creatorRule = CreatorRule.SENDER;
          v.redactsInContent = true;
          v.strictByteLimits = true;
          v.redaction =
              v.redaction
                  .withoutTopLevel(Set.of("prev_state", "origin", "membership"))
                  .withWholeCreate()
                  .withThirdPartyInviteSigned()
                  .withContent("m.room.power_levels", "invite")
                  .withContent("m.room.redaction", "redacts");
        });
    next(
        V12,
        v -> {
          v.roomIdIsCreateHash = true;
          v.createInAuthEvents = false;
          v.creatorRule = CreatorRule.SENDER_AND_ADDITIONAL;
          v.creatorsHaveInfinitePower = true;
          v.stateResolution = StateResolutionVersion.V2_1;
        });
  }

  private RoomRulesTable() {}

  static RoomRules of(RoomVersion version) {
    return Objects.requireNonNull(TABLE.get(version));
  }

  private static void next(RoomVersion version, Consumer<Draft> changes) {
    Draft draft = new Draft(of(RoomVersion.values()[version.ordinal() - 1]));
    changes.accept(draft);
    TABLE.put(version, draft.rules(version));
  }

  /// Rules while they are being written down; its initial values are room version 1.
  private static final class Draft {
    EventIdFormat eventIdFormat = EventIdFormat.FIELD;
    boolean referencesAreHashPairs = true;
    boolean roomIdIsCreateHash;
    long maxDepth = Long.MAX_VALUE;
    boolean strictCanonicalJson;
    boolean strictByteLimits;
    boolean signingKeyValidity;
    boolean eventIdServerSigns = true;
    StateResolutionVersion stateResolution = StateResolutionVersion.V1;
    boolean redactionsAuthorised = true;
    boolean redactsInContent;
    boolean aliasesOwnedByServers = true;
    boolean notificationLevelsChecked;
    boolean stringPowerLevels = true;
    boolean floatPowerLevels = true;
    boolean knocking;
    boolean restrictedJoins;
    boolean knockRestrictedJoins;
    CreatorRule creatorRule = CreatorRule.CONTENT_CREATOR;
    boolean creatorsHaveInfinitePower;
    boolean createInAuthEvents = true;
    RedactionRules redaction = RedactionRules.first();

    Draft() {}

    Draft(RoomRules previous) {
      eventIdFormat = previous.eventIdFormat();
      referencesAreHashPairs = previous.referencesAreHashPairs();
      roomIdIsCreateHash = previous.roomIdIsCreateHash();
      maxDepth = previous.maxDepth();
      strictCanonicalJson = previous.strictCanonicalJson();
      strictByteLimits = previous.strictByteLimits();
      signingKeyValidity = previous.signingKeyValidity();
      eventIdServerSigns = previous.eventIdServerSigns();
      stateResolution = previous.stateResolution();
      redactionsAuthorised = previous.redactionsAuthorised();
      redactsInContent = previous.redactsInContent();
      aliasesOwnedByServers = previous.aliasesOwnedByServers();
      notificationLevelsChecked = previous.notificationLevelsChecked();
      stringPowerLevels = previous.stringPowerLevels();
      floatPowerLevels = previous.floatPowerLevels();
      knocking = previous.knocking();
      restrictedJoins = previous.restrictedJoins();
      knockRestrictedJoins = previous.knockRestrictedJoins();
      creatorRule = previous.creatorRule();
      creatorsHaveInfinitePower = previous.creatorsHaveInfinitePower();
      createInAuthEvents = previous.createInAuthEvents();
      redaction = previous.redaction();
    }

    RoomRules rules(RoomVersion version) {
      return new RoomRules(
          version,
          eventIdFormat,
          referencesAreHashPairs,
          roomIdIsCreateHash,
          maxDepth,
          strictCanonicalJson,
          strictByteLimits,
          signingKeyValidity,
          eventIdServerSigns,
          stateResolution,
          redactionsAuthorised,
          redactsInContent,
          aliasesOwnedByServers,
          notificationLevelsChecked,
          stringPowerLevels,
          floatPowerLevels,
          knocking,
          restrictedJoins,
          knockRestrictedJoins,
          creatorRule,
          creatorsHaveInfinitePower,
          createInAuthEvents,
          redaction);
    }
  }
}
