package org.hearth.client.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The query string, decoded. A parameter may occur several times; unknown ones are ignored.
public final class Query {
  private static final int MAX_PARAMETERS = 256;
  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = values;
  }

  /// Reads the part behind `?`; empty if there is none.
  static Query parse(String raw) {
    var values = new LinkedHashMap<String, List<String>>();
    int count = 0;
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (++count > MAX_PARAMETERS) {
        throw RequestError.invalidParam("Too many query parameters");
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values
          .computeIfAbsent(PercentCoding.decode(name, true), key -> new ArrayList<>(1))
          .add(PercentCoding.decode(value, true));
    }
    return new Query(values);
  }

  /// The first value of a parameter, if it is there (perhaps empty).
  public Optional<String> first(String name) {
    return Optional.ofNullable(values.get(name)).map(List::getFirst);
  }

  /// All values of a parameter, in order; empty if it is absent.
  public List<String> all(String name) {
    return List.copyOf(values.getOrDefault(name, List.of()));
  }

  /// The first value, or 400 `M_MISSING_PARAM`.
  public String require(String name) {
    return first(name).orElseThrow(() -> RequestError.missingParam(name));
  }

  /// A whole number from 0 up, or `absent`; 400 `M_INVALID_PARAM` for anything else.
  public long number(String name, long absent) {
    Optional<String> text = first(name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw RequestError.invalidParam("Query parameter " + name + " must be a whole number");
  }

  /// `true` or `false`, or `absent`; 400 `M_INVALID_PARAM` for anything else.
  public boolean flag(String name, boolean absent) {
    Optional<String> text = first(name);
    if (text.isEmpty()) {
      return absent;
    }
    return switch (text.get()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw RequestError.invalidParam("Query parameter " + name + " must be true or false");
    };
  }
}
