package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.account.AccountStore;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// [Profiles](https://spec.matrix.org/v1.19/client-server-api/#profiles) of users here and
/// elsewhere.
public final class Profiles {
  public static final String DISPLAY_NAME = "displayname";
  public static final String AVATAR_URL = "avatar_url";
  public static final String TIME_ZONE = "m.tz";

  private static final int MAX_PROFILE_BYTES = 64 * 1024;
  private static final int MAX_KEY_BYTES = 255;
  private static final int MAX_DISPLAY_NAME = 256;
  private static final int MAX_AVATAR_URL = 1000;

  private final ProfileStore store;
  private final AccountStore accounts;
  private final RemoteUsers remote;
  private final Ledger ledger;
  private final ServerName serverName;
  private final List<Listener> listeners;

  public Profiles(
      ProfileStore store,
      AccountStore accounts,
      RemoteUsers remote,
      Ledger ledger,
      ServerName serverName,
      List<Listener> listeners) {
    this.store = store;
    this.accounts = accounts;
    this.remote = remote;
    this.ledger = ledger;
    this.serverName = serverName;
    this.listeners = List.copyOf(listeners);
  }

  /// Hears of profiles that changed, after the change is durable.
  @FunctionalInterface
  public interface Listener {
    /// The profile of a local user is another now.
    ///
    /// @param inMemberEvents whether the field is one that member events carry
    void changed(UserId userId, boolean inMemberEvents);
  }

  /// All fields of a profile. `M_NOT_FOUND` if there is no such user; what other servers refuse is
  /// refused alike.
  public Outcome<ObjectNode> profile(UserId userId) {
    if (!userId.serverName().equals(serverName)) {
      return remote.profile(userId);
    }
    return accounts.account(userId).filter(account -> !account.deactivated()).isPresent()
        ? Outcome.done(store.profile(userId))
        : Outcome.notFound("No such user");
  }

  /// One field. `M_NOT_FOUND` if there is no such user or field.
  public Outcome<JsonNode> field(UserId userId, String field) {
    return profile(userId)
        .then(
            profile ->
                profile.has(field)
                    ? Outcome.done(profile.get(field))
                    : Outcome.notFound("The profile has no such field"));
  }

  /// Sets a field of a local user's profile. `M_INVALID_PARAM` for names and values that are not
  /// allowed, `M_KEY_TOO_LARGE`, `M_PROFILE_TOO_LARGE` (65,536 bytes for all fields).
  public Outcome<JsonNode> set(UserId userId, String field, JsonNode value) {
    Optional<Refusal> problem = problem(field, value);
    if (problem.isPresent()) {
      return Outcome.refused(problem.get());
    }
    ObjectNode profile = store.profile(userId);
    if (value.equals(profile.get(field))) {
      return Outcome.done(value);
    }
    profile.set(field, value);
    if (Json.write(profile).length > MAX_PROFILE_BYTES) {
      return Outcome.refused(ErrorCode.M_PROFILE_TOO_LARGE, "A profile may have 64 kB");
    }
    write(userId, field, value);
    return Outcome.done(value);
  }

  /// Removes a field, if it is there.
  public void remove(UserId userId, String field) {
    if (store.profile(userId).has(field)) {
      write(userId, field, null);
    }
  }

  private void write(UserId userId, String field, @Nullable JsonNode value) {
    ledger.write(new ProfileChange(userId, field, value));
    listeners.forEach(listener -> listener.changed(userId, MemberProfiles.FIELDS.contains(field)));
  }

  private static Optional<Refusal> problem(String field, JsonNode value) {
    if (field.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
      return refusal(ErrorCode.M_KEY_TOO_LARGE, "The name of a field may have 255 bytes");
    }
    if (!isFieldName(field)) {
      return refusal(ErrorCode.M_INVALID_PARAM, "Not a valid name of a profile field");
    }
    return switch (field) {
      case DISPLAY_NAME -> text(value, MAX_DISPLAY_NAME);
      case AVATAR_URL -> text(value, MAX_AVATAR_URL);
      case TIME_ZONE -> text(value, MAX_KEY_BYTES);
      default -> Optional.empty();
    };
  }

  /// The [common namespaced identifier
  /// grammar](https://spec.matrix.org/v1.19/appendices/#common-namespaced-identifier-grammar).
  private static boolean isFieldName(String field) {
    return !field.isEmpty()
        && Character.isLowerCase(field.charAt(0))
        && field
            .chars()
            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "._-".indexOf(c) >= 0);
  }

  private static Optional<Refusal> text(JsonNode value, int max) {
    if (!value.isTextual()) {
      return refusal(ErrorCode.M_INVALID_PARAM, "The value must be a string");
    }
    return value.textValue().length() > max
        ? refusal(ErrorCode.M_INVALID_PARAM, "The value may have " + max + " characters")
        : Optional.empty();
  }

  private static Optional<Refusal> refusal(ErrorCode code, String message) {
    return Optional.of(new Refusal(code, message));
  }
}
