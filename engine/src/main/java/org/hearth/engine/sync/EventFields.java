package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// `event_fields` of a [filter](https://spec.matrix.org/v1.19/client-server-api/#filtering): only
/// the named fields of each event.
final class EventFields {
  private EventFields() {}

  /// @param fields dot-separated paths, `\.` for a dot in a key; null keeps everything
  static List<ObjectNode> keep(@Nullable List<String> fields, List<ObjectNode> events) {
    if (fields == null) return events;
    var paths = fields.stream().map(EventFields::path).toList();
    return events.stream().map(event -> keep(paths, event)).toList();
  }

  private static ObjectNode keep(Iterable<List<String>> paths, ObjectNode event) {
    var kept = Json.object();
    for (var path : paths) {
      JsonNode value = event;
      for (var key : path) value = value.path(key);
      if (value.isMissingNode()) continue;
      var parent = kept;
      for (var key : path.subList(0, path.size() - 1)) parent = parent.withObjectProperty(key);
      parent.set(path.getLast(), value);
    }
    return kept;
  }

  private static List<String> path(String field) {
    var keys = new ArrayList<String>();
    var key = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 1 < field.length() && "\\.".indexOf(field.charAt(i + 1)) >= 0) {
        key.append(field.charAt(++i));
      } else if (c == '.') {
        keys.add(key.toString());
        key.setLength(0);
      } else {
        key.append(c);
      }
    }
    keys.add(key.toString());
    return keys;
  }
}
