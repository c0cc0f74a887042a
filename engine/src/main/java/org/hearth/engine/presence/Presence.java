package org.hearth.engine.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.hearth.e2ee.SharedRooms;
import org.hearth.engine.Requester;
import org.hearth.engine.room.UserRooms;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Presence](https://spec.matrix.org/v1.19/client-server-api/#presence): who is online, for those
/// who share a room with them.
///
/// What users wrote about it is durable, and so is who was present, so that a restart need not tell
/// everybody that everybody left. The rest is in memory. What changes is told about once a second
/// by [PresenceNews], so that much coming and going costs little.
public final class Presence {
  public static final String TYPE = "m.presence";

  /// Of so many users, here and elsewhere, the presence is known at a time.
  private static final int MAX_USERS = 100_000;

  /// One answer of /sync shows the newest so many.
  private static final int MAX_SHOWN = 2_000;

  private static final int MAX_STATUS = 1_024;
  private static final int MAX_PER_EDU = 200;

  private final boolean enabled;
  private final ServerName serverName;
  private final PresenceStore store;
  private final SharedRooms sharedRooms;
  private final UserRooms userRooms;
  private final Ledger ledger;
  private final InstantSource clock;
  private final PresenceBoard board;

  /// @param enabled otherwise nobody's presence is known
  public Presence(
      boolean enabled,
      ServerName serverName,
      PresenceStore store,
      SharedRooms sharedRooms,
      UserRooms userRooms,
      Ledger ledger,
      InstantSource clock) {
    this.enabled = enabled;
    this.serverName = serverName;
    this.store = store;
    this.sharedRooms = sharedRooms;
    this.userRooms = userRooms;
    this.ledger = ledger;
    this.clock = clock;
    this.board = new PresenceBoard(MAX_USERS, clock);
    if (enabled) store.present(MAX_USERS).forEach(board::wasPresent);
  }

  PresenceBoard board() {
    return board;
  }

  boolean enabled() {
    return enabled;
  }

  /// `setPresence`.
  ///
  /// @param statusMsg null for none
  public Outcome<Void> set(Requester requester, PresenceState state, @Nullable String statusMsg) {
    if (!enabled) return Outcome.forbidden("This server keeps no presence.");
    if (statusMsg != null && statusMsg.length() > MAX_STATUS)
      return Outcome.refused(
          ErrorCode.M_TOO_LARGE, "status_msg may have " + MAX_STATUS + " characters.");
    if (statusMsg != null && statusMsg.indexOf('\0') >= 0)
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "status_msg must be plain text.");
    var user = requester.userId();
    know(user);
    var noted = new PresenceStore.Noted(user, state, statusMsg, clock.millis());
    ledger.write(new PresenceChange(noted));
    board.set(user, device(requester), state, noted);
    return Outcome.nothing();
  }

  /// `getPresence`: "Presence information is published to all users who share a room with the
  /// target user."
  public Outcome<ObjectNode> get(UserId viewer, UserId target) {
    if (!viewer.equals(target) && sharedRooms.sharing(viewer, List.of(target)).isEmpty())
      return Outcome.forbidden("You are not allowed to see their presence.");
    if (!enabled) return Outcome.notFound("This server keeps no presence.");
    know(target);
    var absent = new UserPresence(target, PresenceState.OFFLINE, null, 0, false, 0);
    return Outcome.done(board.of(target).orElse(absent).content(clock.millis()));
  }

  /// While a request of /sync runs; closed when it ends.
  @FunctionalInterface
  public interface Syncing extends AutoCloseable {
    @Override
    void close();
  }

  /// @param claim what the device says it is; "if the parameter is set to `offline` then the client
  ///   is not marked as being online"
  public Syncing syncing(Requester requester, PresenceState claim) {
    if (!enabled || claim == PresenceState.OFFLINE) return () -> {};
    var user = requester.userId();
    know(user);
    board.begin(user, device(requester), claim);
    return () -> board.end(user, device(requester));
  }

  /// The newest sequence: what changed up to here can be seen by now.
  public long sequence() {
    return board.sequence();
  }

  /// What a user may see of what changed after a sequence, oldest first.
  ///
  /// @param after 0 for all who are present
  /// @param met users with whom the viewer began to share a room meanwhile
  public List<ObjectNode> changed(UserId viewer, long after, Collection<UserId> met) {
    if (!enabled) return List.of();
    var found = new ArrayList<>(board.after(after, after > 0, MAX_SHOWN));
    var users = new HashSet<UserId>();
    for (var presence : found) users.add(presence.userId());
    for (var presence : board.present(met)) if (users.add(presence.userId())) found.add(presence);
    if (found.isEmpty()) return List.of();
    var visible = new HashSet<>(sharedRooms.sharing(viewer, users));
    visible.add(viewer);
    long now = clock.millis();
    return found.stream()
        .filter(presence -> visible.contains(presence.userId()))
        .sorted(Comparator.comparingLong(UserPresence::sequence))
        .limit(MAX_SHOWN)
        .map(presence -> presence.event(now))
        .toList();
  }

  /// Takes an `m.presence` EDU. Users of other servers than `origin`, and those who share no room
  /// with anybody here, are ignored; so is what is malformed.
  public void receive(ServerName origin, ObjectNode content) {
    int taken = 0;
    for (var item : content.path("push")) {
      if (++taken > MAX_PER_EDU) return;
      var userId = UserId.tryParse(item.path("user_id").asText(""));
      var state = PresenceState.parse(item.path("presence").asText(""));
      if (userId.isEmpty()
          || state.isEmpty()
          || !userId.get().serverName().equals(origin)
          || origin.equals(serverName)
          || userRooms.roomsWith(userId.get()).isEmpty()) continue;
      var status = item.path("status_msg");
      long agoMs = Math.max(0, item.path("last_active_ago").asLong(0));
      board.heard(
          new UserPresence(
              userId.get(),
              state.get(),
              status.isTextual() && status.textValue().length() <= MAX_STATUS
                  ? status.textValue()
                  : null,
              Math.max(1, clock.millis() - agoMs),
              state.get() == PresenceState.ONLINE && item.path("currently_active").asBoolean(false),
              0));
    }
  }

  /// Of local users the rest is in the store.
  private void know(UserId userId) {
    if (!userId.serverName().equals(serverName) || board.knows(userId)) return;
    board.remember(userId, store.of(userId));
  }

  private static String device(Requester requester) {
    var deviceId = requester.deviceId();
    return deviceId == null ? "-" : deviceId;
  }
}
