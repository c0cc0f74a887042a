package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;
import org.hearth.engine.federation.MediaContent;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.json.Json;

/// What a handler answers.
sealed interface Answer {
  /// @param headers besides the content type
  record Body(int status, Map<String, String> headers, JsonNode json) implements Answer {}

  /// Media, as `multipart/mixed` with an empty JSON object before it.
  record Media(MediaContent content) implements Answer {}

  static Answer ok(JsonNode json) {
    return new Body(200, Map.of(), json);
  }

  static Answer empty() {
    return ok(Json.object());
  }

  static Answer error(int status, ErrorCode code, String message) {
    return refused(status, new Refusal(code, message));
  }

  static Answer refused(Refusal refusal) {
    return refused(status(refusal.code()), refusal);
  }

  static <T> Answer of(Outcome<T> outcome, Function<? super T, ? extends JsonNode> body) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> ok(body.apply(value));
      case Outcome.Refused<T>(Refusal refusal) -> refused(refusal);
    };
  }

  private static Answer refused(int status, Refusal refusal) {
    ObjectNode body = Json.object();
    body.put("errcode", refusal.code().name());
    body.put("error", refusal.message());
    refusal.fields().forEach((name, value) -> body.set(name, Json.toTree(value)));
    return new Body(status, Map.of(), body);
  }

  private static int status(ErrorCode code) {
    return switch (code) {
      case M_NOT_FOUND, M_UNRECOGNIZED -> 404;
      case M_UNAUTHORIZED, M_MISSING_TOKEN, M_UNKNOWN_TOKEN -> 401;
      case M_FORBIDDEN, M_INVITE_BLOCKED, M_USER_DEACTIVATED, M_GUEST_ACCESS_FORBIDDEN -> 403;
      case M_TOO_LARGE -> 413;
      case M_LIMIT_EXCEEDED, M_RESOURCE_LIMIT_EXCEEDED -> 429;
      case M_CONNECTION_FAILED -> 502;
      case M_NOT_YET_UPLOADED, M_CONNECTION_TIMEOUT -> 504;
      default -> 400;
    };
  }
}
