package org.hearth.federation.server;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where endpoint classes mount their handlers. `:name` stands for one segment; a literal goes
/// before a parameter.
final class FederationRoutes {
  private final List<Route> routes = new ArrayList<>();

  /// Answers one request, on a virtual thread.
  @FunctionalInterface
  interface Handler {
    Answer handle(Call call);
  }

  record Route(HttpMethod method, String template, boolean authenticated, Handler handler) {
    private @Nullable Map<String, String> match(String[] segments) {
      String[] own = template.split("/", -1);
      if (own.length != segments.length) return null;
      Map<String, String> parameters = new HashMap<>();
      for (int i = 0; i < own.length; i++) {
        if (own[i].startsWith(":")) {
          if (segments[i].isEmpty()) return null;
          parameters.put(own[i].substring(1), decode(segments[i]));
        } else if (!own[i].equals(segments[i])) {
          return null;
        }
      }
      return parameters;
    }

    private long parameterCount() {
      return template.chars().filter(c -> c == ':').count();
    }
  }

  /// For requests that a server signs.
  void get(String template, Handler handler) {
    add(HttpMethod.GET, template, true, handler);
  }

  void put(String template, Handler handler) {
    add(HttpMethod.PUT, template, true, handler);
  }

  void post(String template, Handler handler) {
    add(HttpMethod.POST, template, true, handler);
  }

  /// For requests of anybody.
  void open(HttpMethod method, String template, Handler handler) {
    add(method, template, false, handler);
  }

  /// All routes, as `METHOD /path/:parameter`.
  List<String> listed() {
    return routes.stream().map(route -> route.method() + " " + route.template()).sorted().toList();
  }

  /// @param rawPath without the query
  Match find(HttpMethod method, String rawPath) {
    String[] segments = rawPath.split("/", -1);
    boolean known = false;
    Match.Found best = null;
    for (Route route : routes) {
      Map<String, String> parameters = route.match(segments);
      if (parameters == null) continue;
      known = true;
      if (!route.method().equals(method)) continue;
      if (best == null || route.parameterCount() < best.route.parameterCount()) {
        best = new Match.Found(route, parameters);
      }
    }
    if (best != null) return best;
    return known ? new Match.WrongMethod() : new Match.Unknown();
  }

  sealed interface Match {
    record Found(Route route, Map<String, String> parameters) implements Match {}

    record WrongMethod() implements Match {}

    record Unknown() implements Match {}
  }

  static Map<String, List<String>> query(@Nullable String raw) {
    Map<String, List<String>> values = new HashMap<>();
    if (raw == null || raw.isEmpty()) return values;
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values
          .computeIfAbsent(decode(name.replace('+', ' ')), key -> new ArrayList<>())
          .add(decode(value.replace('+', ' ')));
    }
    return values;
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) return text;
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw BadRequest.invalid("The address has a bad escape.");
    }
  }

  private void add(HttpMethod method, String template, boolean authenticated, Handler handler) {
    routes.add(new Route(method, template, authenticated, handler));
  }
}
