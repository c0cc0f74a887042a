package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;

/// Collects what is found: all are counted, so many of each kind are listed.
final class Findings {
  private static final int LISTED_OF_A_KIND = 100;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<Finding> listed = new ArrayList<>();
  private final Map<String, Long> unchecked = new TreeMap<>();

  void add(Kind kind, EventId event, String text) {
    add(kind, event.value(), text);
  }

  void add(Kind kind, String text) {
    add(kind, "", text);
  }

  private void add(Kind kind, String event, String text) {
    long count = counts.merge(kind, 1L, Long::sum);
    if (count <= LISTED_OF_A_KIND) listed.add(new Finding(kind, event, text));
  }

  /// A signature whose key nobody has.
  void unchecked(ServerName server) {
    unchecked.merge(server.value(), 1L, Long::sum);
  }

  Map<Kind, Long> counts() {
    return counts;
  }

  List<Finding> listed() {
    return listed;
  }

  Map<String, Long> unchecked() {
    return unchecked;
  }
}
