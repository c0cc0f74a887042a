package org.hearth.federation.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.federation.client.FederationReply;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;

/// Turns replies into the engine's outcomes.
final class Answers {
  private Answers() {}

  /// What `read` makes of the body; a body it can make nothing of is a refusal, like no answer at
  /// all.
  static <T> Outcome<T> outcome(
      ServerName server, FederationReply reply, Function<ObjectNode, Optional<T>> read) {
    return switch (reply) {
      case FederationReply.Answered(JsonNode body) ->
          object(body)
              .flatMap(read)
              .map(Outcome::done)
              .orElseGet(
                  () ->
                      Outcome.refused(
                          ErrorCode.M_CONNECTION_FAILED,
                          server + " gave an answer that cannot be used."));
      case FederationReply.Refused refused -> Outcome.refused(refusal(server, refused));
      case FederationReply.Failed(var cause, String reason) ->
          Outcome.refused(
              cause == FederationReply.Cause.TIMED_OUT
                  ? ErrorCode.M_CONNECTION_TIMEOUT
                  : ErrorCode.M_CONNECTION_FAILED,
              server + ": " + reason);
    };
  }

  private static Refusal refusal(ServerName server, FederationReply.Refused refused) {
    ErrorCode code = ErrorCode.M_UNKNOWN;
    for (ErrorCode known : ErrorCode.values()) {
      if (known.name().equals(refused.errorCode())) code = known;
    }
    Map<String, Object> fields = new HashMap<>();
    JsonNode version = refused.body().path("room_version");
    if (version.isTextual() && version.textValue().length() <= 32) {
      fields.put("room_version", version.textValue());
    }
    String text = refused.error().isEmpty() ? "refused the request." : refused.error();
    return new Refusal(code, server + ": " + text, fields);
  }

  static Optional<ObjectNode> object(JsonNode node) {
    return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
  }

  /// A list of objects; what is no object is left out. Empty if it is no list.
  static Optional<List<ObjectNode>> objects(JsonNode node) {
    if (!node.isArray()) return Optional.empty();
    List<ObjectNode> objects = new ArrayList<>(node.size());
    for (JsonNode item : node) object(item).ifPresent(objects::add);
    return Optional.of(objects);
  }

  static List<ObjectNode> objectsOrNone(JsonNode node) {
    return objects(node).orElse(List.of());
  }

  /// A list of event IDs; what is none is left out. Empty if it is no list.
  static Optional<List<EventId>> eventIds(JsonNode node) {
    if (!node.isArray()) return Optional.empty();
    List<EventId> ids = new ArrayList<>(node.size());
    for (JsonNode item : node) EventId.tryParse(item.asText("")).ifPresent(ids::add);
    return Optional.of(ids);
  }
}
