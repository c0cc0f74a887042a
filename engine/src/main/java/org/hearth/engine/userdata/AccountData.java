package org.hearth.engine.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// [Account data](https://spec.matrix.org/v1.19/client-server-api/#client-config): JSON objects by
/// type, for a user or for a user in a room.
public final class AccountData {
  public static final String PUSH_RULES = "m.push_rules";
  public static final String FULLY_READ = "m.fully_read";
  public static final String TAGS = "m.tag";

  private static final int MAX_TYPE_BYTES = 255;
  private static final int LOCKS = 256;

  /// "The server MUST reject ... types which are managed by the server".
  private static final Set<String> MANAGED = Set.of(PUSH_RULES, FULLY_READ);

  private final UserDataStore store;
  private final Ledger ledger;
  private final Function<UserId, ObjectNode> defaultPushRules;

  /// By user: orders changes that build on what is stored. May be held over one write of the
  /// ledger, and nothing else is locked meanwhile.
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

  /// @param defaultPushRules the `m.push_rules` of users who never changed any
  public AccountData(
      UserDataStore store, Ledger ledger, Function<UserId, ObjectNode> defaultPushRules) {
    this.store = store;
    this.ledger = ledger;
    this.defaultPushRules = defaultPushRules;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /// What a client set, or what the server manages for it. Empty if there is none.
  ///
  /// @param roomId null for data that belongs to no room
  public Optional<ObjectNode> get(UserId userId, @Nullable RoomId roomId, String type) {
    Optional<ObjectNode> stored =
        store.accountData(userId, roomId, type).map(UserDataStore.Datum::content);
    if (stored.isEmpty() && roomId == null && type.equals(PUSH_RULES)) {
      return Optional.of(defaultPushRules.apply(userId));
    }
    return stored;
  }

  /// All that changed with `after < position <= upTo`, for /sync. From the beginning (`after` 0) it
  /// always has `m.push_rules`.
  public List<UserDataStore.Datum> changed(UserId userId, long after, long upTo) {
    List<UserDataStore.Datum> stored = store.accountDataChanged(userId, after, upTo);
    boolean hasRules =
        stored.stream()
            .anyMatch(datum -> datum.roomId() == null && datum.type().equals(PUSH_RULES));
    if (after > 0 || hasRules) {
      return stored;
    }
    var withRules = new ArrayList<UserDataStore.Datum>();
    withRules.add(new UserDataStore.Datum(null, PUSH_RULES, defaultPushRules.apply(userId), 0));
    withRules.addAll(stored);
    return withRules;
  }

  /// Sets what a client may set: refused with `M_BAD_JSON` for types that the server manages (the
  /// endpoint answers 405 for it), and `M_INVALID_PARAM` for types that cannot be stored.
  public Outcome<ObjectNode> set(
      UserId userId, @Nullable RoomId roomId, String type, ObjectNode content) {
    if (MANAGED.contains(type)) {
      return Outcome.refused(ErrorCode.M_BAD_JSON, "Cannot set " + type + " through this API");
    }
    if (type.isEmpty()
        || type.length() > MAX_TYPE_BYTES
        || type.chars().anyMatch(Character::isISOControl)) {
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "Not a usable type");
    }
    put(userId, roomId, type, content);
    return Outcome.done(content);
  }

  /// Sets what the server manages: no questions asked.
  public void put(UserId userId, @Nullable RoomId roomId, String type, ObjectNode content) {
    ledger.write(new UserDataChange.AccountDataSet(userId, roomId, type, content));
  }

  /// Changes what is there, one change of a user after the other.
  ///
  /// @param change gets a copy (an empty object if there is nothing yet) and answers what to write;
  ///   its exception writes nothing
  public ObjectNode update(
      UserId userId, @Nullable RoomId roomId, String type, UnaryOperator<ObjectNode> change) {
    ReentrantLock lock = locks[Math.floorMod(userId.hashCode(), LOCKS)];
    lock.lock();
    try {
      ObjectNode before = get(userId, roomId, type).orElseGet(Json::object);
      ObjectNode after = change.apply(before.deepCopy());
      if (!after.equals(before)) {
        put(userId, roomId, type, after);
      }
      return after;
    } finally {
      lock.unlock();
    }
  }
}
