package org.hearth.engine.userdata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.hearth.engine.filter.Filter;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// [Filters](https://spec.matrix.org/v1.19/client-server-api/#filtering) that clients keep here to
/// name them in requests.
public final class Filters {
  private static final int MAX_BYTES = 32 * 1024;
  private static final int ID_CHARACTERS = 22;
  private static final List<String> FORMATS = List.of("client", "federation");

  private final UserDataStore store;
  private final Ledger ledger;

  public Filters(UserDataStore store, Ledger ledger) {
    this.store = store;
    this.ledger = ledger;
  }

  /// Keeps a filter and answers its ID; the same filter has the same one. `M_BAD_JSON` if its parts
  /// have wrong types, `M_TOO_LARGE` beyond 32 kB.
  public Outcome<String> save(UserId userId, ObjectNode filter) {
    Optional<String> problem = problem(filter);
    if (problem.isPresent()) {
      return Outcome.refused(ErrorCode.M_BAD_JSON, problem.get());
    }
    byte[] bytes = Json.write(filter);
    if (bytes.length > MAX_BYTES) {
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "A filter may have 32 kB");
    }
    String id = id(bytes);
    if (store.filter(userId, id).isEmpty()) {
      ledger.write(new UserDataChange.FilterSaved(userId, id, filter));
    }
    return Outcome.done(id);
  }

  /// A filter; empty if the user has none of this ID.
  public Optional<ObjectNode> find(UserId userId, String filterId) {
    return store.filter(userId, filterId);
  }

  /// What is wrong with a filter; empty if nothing is. Also for filters given inline.
  public static Optional<String> problem(ObjectNode filter) {
    for (String part : List.of("presence", "account_data")) {
      Optional<String> problem = eventFilter(filter.path(part), part);
      if (problem.isPresent()) {
        return problem;
      }
    }
    JsonNode room = filter.path("room");
    if (!room.isMissingNode() && !room.isObject()) {
      return Optional.of("room must be an object");
    }
    for (String part : List.of("timeline", "state", "ephemeral", "account_data")) {
      Optional<String> problem = eventFilter(room.path(part), "room." + part);
      if (problem.isPresent()) {
        return problem;
      }
    }
    for (String list : List.of("rooms", "not_rooms")) {
      if (!isTexts(room.path(list))
          || !all(room.path(list), text -> RoomId.tryParse(text).isPresent())) {
        return Optional.of("room." + list + " must be a list of room IDs");
      }
    }
    if (!isTexts(filter.path("event_fields"))) {
      return Optional.of("event_fields must be a list of strings");
    }
    JsonNode format = filter.path("event_format");
    if (!format.isMissingNode() && !FORMATS.contains(format.asText())) {
      return Optional.of("event_format must be client or federation");
    }
    return unreadable(filter);
  }

  /// What the parts that are not looked at above have of the wrong type, so that no filter is kept
  /// that cannot be used.
  private static Optional<String> unreadable(ObjectNode filter) {
    try {
      Json.bind(filter, Filter.class);
      return Optional.empty();
    } catch (MalformedJson e) {
      return Optional.of("a value of the wrong type: " + e.getMessage());
    }
  }

  private static Optional<String> eventFilter(JsonNode filter, String name) {
    if (filter.isMissingNode()) {
      return Optional.empty();
    }
    if (!filter.isObject()) {
      return Optional.of(name + " must be an object");
    }
    for (String list :
        List.of("types", "not_types", "senders", "not_senders", "rooms", "not_rooms")) {
      if (!isTexts(filter.path(list))) {
        return Optional.of(name + "." + list + " must be a list of strings");
      }
    }
    for (String list : List.of("senders", "not_senders")) {
      if (!all(filter.path(list), text -> UserId.tryParse(text).isPresent())) {
        return Optional.of(name + "." + list + " must be a list of user IDs");
      }
    }
    for (String list : List.of("rooms", "not_rooms")) {
      if (!all(filter.path(list), text -> RoomId.tryParse(text).isPresent())) {
        return Optional.of(name + "." + list + " must be a list of room IDs");
      }
    }
    JsonNode limit = filter.path("limit");
    if (!limit.isMissingNode() && (!limit.isIntegralNumber() || limit.asLong() < 0)) {
      return Optional.of(name + ".limit must be a whole number");
    }
    return Optional.empty();
  }

  private static boolean all(JsonNode list, Predicate<String> check) {
    for (JsonNode element : list) {
      if (!check.test(element.asText())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTexts(JsonNode list) {
    if (list.isMissingNode()) {
      return true;
    }
    if (!list.isArray()) {
      return false;
    }
    for (JsonNode element : list) {
      if (!element.isTextual()) {
        return false;
      }
    }
    return true;
  }

  private static String id(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(hash)
          .substring(0, ID_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
