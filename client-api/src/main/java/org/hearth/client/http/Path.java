package org.hearth.client.http;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// The decoded parameters of a path, its query, and the request's headers.
public final class Path {
  private final Map<String, String> parameters;
  private final Query query;
  private final Function<String, Optional<String>> headers;

  Path(Map<String, String> parameters, Query query, Function<String, Optional<String>> headers) {
    this.parameters = parameters;
    this.query = query;
    this.headers = headers;
  }

  /// A parameter of the template, decoded.
  public String get(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalStateException("The route has no parameter " + name);
    }
    return value;
  }

  /// A parameter that only some of a handler's templates have, such as an empty state key.
  public String getOr(String name, String absent) {
    return parameters.getOrDefault(name, absent);
  }

  /// The parameter `roomId`; 400 `M_INVALID_PARAM` if it is none.
  public RoomId roomId() {
    return parsed("roomId", RoomId::tryParse);
  }

  /// The parameter `userId`; 400 `M_INVALID_PARAM` if it is none.
  public UserId userId() {
    return parsed("userId", UserId::tryParse);
  }

  /// The parameter `eventId`; 400 `M_INVALID_PARAM` if it is none.
  public EventId eventId() {
    return parsed("eventId", EventId::tryParse);
  }

  /// A parameter of any type; 400 `M_INVALID_PARAM` if it does not parse.
  public <T> T parsed(String name, Function<String, Optional<T>> parser) {
    return parser
        .apply(get(name))
        .orElseThrow(() -> RequestError.invalidParam("Not a valid " + name));
  }

  /// The query string.
  public Query query() {
    return query;
  }

  /// A request header.
  public Optional<String> header(String name) {
    return headers.apply(name);
  }
}
