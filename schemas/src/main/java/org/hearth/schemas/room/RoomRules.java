package org.hearth.schemas.room;

/// What a room version asks, as named differences. Code asks for a difference by its name and never
/// for a version's number; `RoomRulesTable` says which version changed what.
///
/// @param version the version these rules belong to
/// @param eventIdFormat where event IDs come from
/// @param referencesAreHashPairs items of `prev_events` and `auth_events` are `[id, {"sha256":
///   hash}]`, not plain IDs
/// @param roomIdIsCreateHash the room ID is the ID of the create event with `!`, and the create
///   event has no `room_id`
/// @param maxDepth the largest `depth`; events deeper than that carry exactly this
/// @param strictCanonicalJson events that are not canonical JSON (floats, large integers) are
///   invalid
/// @param strictByteLimits the 255 byte limits are bytes, not code points, without exception
/// @param signingKeyValidity the signing key must have been valid at the event's `origin_server_ts`
/// @param eventIdServerSigns the server named in the event's ID must sign as well
/// @param stateResolution how forks are resolved
/// @param redactionsAuthorised redactions are checked by the authorisation rules, not when they are
///   applied
/// @param redactsInContent the target of a redaction is `content.redacts`, not a top-level key
/// @param aliasesOwnedByServers `m.room.aliases` events are authorised by the server in their state
///   key alone
/// @param notificationLevelsChecked changes of `notifications` in power levels need as much power
///   as changes of `events`
/// @param stringPowerLevels power levels may be strings holding an integer
/// @param floatPowerLevels power levels may be floats, which are truncated
/// @param knocking the join rule and membership `knock` exist
/// @param restrictedJoins the join rule `restricted` exists
/// @param knockRestrictedJoins the join rule `knock_restricted` exists
/// @param creatorRule who counts as creator
/// @param creatorsHaveInfinitePower creators stand above all power levels, always
/// @param createInAuthEvents events name the create event among their `auth_events`; otherwise they
///   must not
/// @param redaction what a redaction leaves
public record RoomRules(
    RoomVersion version,
    EventIdFormat eventIdFormat,
    boolean referencesAreHashPairs,
    boolean roomIdIsCreateHash,
    long maxDepth,
    boolean strictCanonicalJson,
    boolean strictByteLimits,
    boolean signingKeyValidity,
    boolean eventIdServerSigns,
    StateResolutionVersion stateResolution,
    boolean redactionsAuthorised,
    boolean redactsInContent,
    boolean aliasesOwnedByServers,
    boolean notificationLevelsChecked,
    boolean stringPowerLevels,
    boolean floatPowerLevels,
    boolean knocking,
    boolean restrictedJoins,
    boolean knockRestrictedJoins,
    CreatorRule creatorRule,
    boolean creatorsHaveInfinitePower,
    boolean createInAuthEvents,
    RedactionRules redaction) {

  public static RoomRules of(RoomVersion version) {
    return RoomRulesTable.of(version);
  }

  /// Whether the event's ID is a field of the event, not its hash.
  public boolean eventIdIsField() {
    return eventIdFormat == EventIdFormat.FIELD;
  }
}
