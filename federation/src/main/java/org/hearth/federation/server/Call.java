package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// One request, authenticated as its route asks.
final class Call {
  private final @Nullable ServerName origin;
  private final Map<String, String> parameters;
  private final Map<String, List<String>> query;
  private final @Nullable JsonNode body;

  Call(
      @Nullable ServerName origin,
      Map<String, String> parameters,
      Map<String, List<String>> query,
      @Nullable JsonNode body) {
    this.origin = origin;
    this.parameters = parameters;
    this.query = query;
    this.body = body;
  }

  /// Who asks. Only on routes that are authenticated.
  ServerName origin() {
    if (origin == null) throw new IllegalStateException("the route is not authenticated");
    return origin;
  }

  String path(String name) {
    String value = parameters.get(name);
    if (value == null) throw new IllegalStateException("the route has no parameter " + name);
    return value;
  }

  RoomId roomId() {
    return parsed(path("roomId"), RoomId::tryParse, "room ID");
  }

  EventId eventId() {
    return parsed(path("eventId"), EventId::tryParse, "event ID");
  }

  UserId userId() {
    return parsed(path("userId"), UserId::tryParse, "user ID");
  }

  Optional<String> query(String name) {
    List<String> values = query.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  List<String> queryAll(String name) {
    return query.getOrDefault(name, List.of());
  }

  String required(String name) {
    return query(name)
        .orElseThrow(
            () ->
                new BadRequest(
                    400, ErrorCode.M_MISSING_PARAM, "The parameter " + name + " is missing."));
  }

  long number(String name) {
    return number(name, required(name));
  }

  long number(String name, long otherwise) {
    return query(name).map(text -> number(name, text)).orElse(otherwise);
  }

  boolean flag(String name) {
    return query(name).filter("true"::equals).isPresent();
  }

  EventId queryEventId(String name) {
    return parsed(required(name), EventId::tryParse, "event ID");
  }

  List<EventId> queryEventIds(String name, int most) {
    return eventIds(queryAll(name), most);
  }

  /// The body, which must be a JSON object.
  ObjectNode body() {
    if (body instanceof ObjectNode object) return object;
    throw BadRequest.badJson("The body must be a JSON object.");
  }

  /// A list of event IDs in the body.
  List<EventId> bodyEventIds(String name, int most) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : body().path(name)) texts.add(item.asText(""));
    return eventIds(texts, most);
  }

  private static List<EventId> eventIds(List<String> texts, int most) {
    if (texts.size() > most) throw BadRequest.invalid("At most " + most + " event IDs are taken.");
    return texts.stream().map(text -> parsed(text, EventId::tryParse, "event ID")).toList();
  }

  private static long number(String name, String text) {
    if (text.matches("-?[0-9]{1,18}")) return Long.parseLong(text);
    throw BadRequest.invalid(name + " must be an integer.");
  }

  static <T> T parsed(String text, Function<String, Optional<T>> parser, String what) {
    return parser
        .apply(text)
        .orElseThrow(() -> BadRequest.invalid("That is not a valid " + what + "."));
  }
}
