package org.hearth.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// A user's pushers.
public final class Pushers {
  private static final int MAX_APP_ID = 64;
  private static final int MAX_PUSHKEY_BYTES = 512;
  private static final int MAX_PUSHERS = 100;
  private static final int MAX_BYTES = 16 * 1024;
  private static final List<String> KEPT =
      List.of("app_display_name", "device_display_name", "lang", "kind", "data", "profile_tag");

  private final PusherStore store;
  private final Ledger ledger;

  public Pushers(PusherStore store, Ledger ledger) {
    this.store = store;
    this.ledger = ledger;
  }

  /// All pushers of a user.
  public List<Pusher> of(UserId userId) {
    return store.pushers(userId);
  }

  /// Sets a pusher, or removes it where `kind` is null. `M_MISSING_PARAM` and `M_INVALID_PARAM` for
  /// what is absent or wrong.
  ///
  /// @param request the body of the endpoint
  public Outcome<UserId> set(UserId userId, String deviceId, ObjectNode request) {
    String appId = request.path("app_id").asText("");
    String pushkey = request.path("pushkey").asText("");
    if (!request.has("kind")) {
      return missing("kind");
    }
    Optional<Refusal> problem = identityProblem(request, appId, pushkey);
    if (problem.isPresent()) {
      return Outcome.refused(problem.get());
    }
    if (request.path("kind").isNull()) {
      ledger.write(new PusherChange.Removed(userId, appId, pushkey));
      return Outcome.done(userId);
    }
    problem = problem(request);
    if (problem.isPresent()) {
      return Outcome.refused(problem.get());
    }
    List<Pusher> others = store.pushers(userId);
    if (others.size() >= MAX_PUSHERS) {
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "Too many pushers");
    }
    ObjectNode fields = Json.object();
    KEPT.stream().filter(request::has).forEach(name -> fields.set(name, request.get(name)));
    var changes = new ArrayList<Change>();
    changes.add(new PusherChange.Saved(new Pusher(userId, deviceId, appId, pushkey, fields)));
    if (!request.path("append").asBoolean(false)) {
      changes.add(new PusherChange.RemovedFromOthers(userId, appId, pushkey));
    }
    ledger.write(changes.toArray(Change[]::new));
    return Outcome.done(userId);
  }

  private static Optional<Refusal> identityProblem(
      ObjectNode request, String appId, String pushkey) {
    for (String name : List.of("app_id", "pushkey")) {
      if (!request.has(name)) {
        return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: " + name));
      }
      if (!request.path(name).isTextual()) {
        return wrong(name + " must be a string");
      }
    }
    if (appId.isEmpty() || appId.length() > MAX_APP_ID) {
      return wrong("app_id has 1 to 64 characters");
    }
    if (pushkey.isEmpty() || pushkey.getBytes(StandardCharsets.UTF_8).length > MAX_PUSHKEY_BYTES) {
      return wrong("pushkey has 1 to 512 bytes");
    }
    return (appId + pushkey).chars().anyMatch(Character::isISOControl)
        ? wrong("app_id and pushkey must be printable")
        : Optional.empty();
  }

  private static Optional<Refusal> problem(ObjectNode request) {
    for (String name : List.of("app_display_name", "device_display_name", "lang", "kind")) {
      if (!request.has(name)) {
        return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: " + name));
      }
      if (!request.path(name).isTextual()) {
        return wrong(name + " must be a string");
      }
    }
    JsonNode data = request.path("data");
    if (data.isMissingNode()) {
      return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: data"));
    }
    if (!data.isObject()) {
      return wrong("data must be an object");
    }
    if (Json.write(request).length > MAX_BYTES) {
      return wrong("A pusher may have 16 kB");
    }
    return switch (request.path("kind").asText()) {
      case "http" ->
          isPushUrl(data.path("url"))
              ? Optional.empty()
              : wrong("data.url must be an https address ending in /_matrix/push/v1/notify");
      case "email" -> wrong("This server sends no e-mail");
      default -> wrong("kind must be http or null");
    };
  }

  /// "MUST be an HTTPS URL with a path of `/_matrix/push/v1/notify`"; plain HTTP is left to those
  /// who run a gateway beside their server.
  private static boolean isPushUrl(JsonNode url) {
    try {
      URI uri = URI.create(url.asText(""));
      return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getHost() != null
          && "/_matrix/push/v1/notify".equals(uri.getPath());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Refusal> wrong(String message) {
    return Optional.of(new Refusal(ErrorCode.M_INVALID_PARAM, message));
  }

  private static <T> Outcome<T> missing(String name) {
    return Outcome.refused(ErrorCode.M_MISSING_PARAM, "Missing parameter: " + name);
  }
}
