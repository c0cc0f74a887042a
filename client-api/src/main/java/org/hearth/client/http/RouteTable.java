package org.hearth.client.http;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the route of a path: a tree by segments, where a literal goes before a parameter.
final class RouteTable {
  private static final int MAX_SEGMENTS = 32;
  private final Node root = new Node();

  RouteTable(List<Route> routes) {
    for (Route route : routes) {
      mount(route);
    }
  }

  /// What a path led to.
  sealed interface Match {
    /// The route, with its parameters decoded.
    record Found(Route route, Map<String, String> parameters) implements Match {}

    /// The path exists with other methods.
    record WrongMethod(Set<Method> allowed) implements Match {}

    /// No route has this path.
    record Unknown() implements Match {}
  }

  /// Looks up a path as it stands in the request line, without the query.
  Match find(@Nullable Method method, String rawPath) {
    String[] segments = current(rawPath).split("/", -1);
    if (segments.length > MAX_SEGMENTS) {
      return new Match.Unknown();
    }
    var allowed = new HashSet<Method>();
    var values = new ArrayList<String>();
    Route route = descend(root, segments, 1, method, values, allowed);
    if (route != null) {
      return new Match.Found(route, parameters(route, values));
    }
    return allowed.isEmpty() ? new Match.Unknown() : new Match.WrongMethod(allowed);
  }

  /// The old name of version 3 still answers.
  private static String current(String path) {
    if (path.startsWith("/_matrix/client/r0/")) {
      return "/_matrix/client/v3/" + path.substring("/_matrix/client/r0/".length());
    }
    if (path.startsWith("/_matrix/media/r0/")) {
      return "/_matrix/media/v3/" + path.substring("/_matrix/media/r0/".length());
    }
    return path;
  }

  private static @Nullable Route descend(
      Node node,
      String[] segments,
      int at,
      @Nullable Method method,
      List<String> values,
      Set<Method> allowed) {
    if (at == segments.length) {
      allowed.addAll(node.routes.keySet());
      return method == null ? null : node.routes.get(method);
    }
    String segment = segments[at];
    Node literal = node.literals.get(segment);
    if (literal != null) {
      Route found = descend(literal, segments, at + 1, method, values, allowed);
      if (found != null) {
        return found;
      }
    }
    if (node.parameter == null || segment.isEmpty()) {
      return null;
    }
    values.addLast(segment);
    Route found = descend(node.parameter, segments, at + 1, method, values, allowed);
    if (found == null) {
      values.removeLast();
    }
    return found;
  }

  private static Map<String, String> parameters(Route route, List<String> values) {
    var parameters = new LinkedHashMap<String, String>();
    int next = 0;
    for (String segment : route.template().split("/", -1)) {
      if (segment.startsWith(":")) {
        parameters.put(segment.substring(1), PercentCoding.decode(values.get(next++), false));
      }
    }
    return parameters;
  }

  private void mount(Route route) {
    Node node = root;
    String[] segments = route.template().split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      if (segments[i].startsWith(":")) {
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      } else {
        node = node.literals.computeIfAbsent(segments[i], key -> new Node());
      }
    }
    if (node.routes.putIfAbsent(route.method(), route) != null) {
      throw new IllegalStateException("Mounted twice: " + route.method() + " " + route.template());
    }
  }

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    final Map<Method, Route> routes = new EnumMap<>(Method.class);
    @Nullable Node parameter;
  }
}
