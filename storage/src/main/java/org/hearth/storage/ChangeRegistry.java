package org.hearth.storage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hearth.ledger.Change;
import org.hearth.ledger.Positioned;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;

/// Finds the rows of a change by its class, or by the one mapped interface or superclass that it
/// has.
final class ChangeRegistry {
  private final Map<Class<? extends Change>, ChangeRows<?>> mapped = new LinkedHashMap<>();

  /// Bounded by the number of classes.
  private final Map<Class<?>, ChangeRows<?>> found = new ConcurrentHashMap<>();

  ChangeRegistry(List<Topic> topics) {
    for (var topic : topics)
      topic
          .changes()
          .forEach(
              (kind, rows) -> {
                if (mapped.put(kind, rows) != null)
                  throw new IllegalArgumentException(
                      kind.getName() + " is mapped by two topics, one is " + topic + ".");
              });
  }

  boolean covers(Class<? extends Change> kind) {
    return mapped.keySet().stream().anyMatch(known -> known.isAssignableFrom(kind));
  }

  @SuppressWarnings("unchecked")
  void rows(Positioned<?> change, RowSink sink) {
    var rows = (ChangeRows<Change>) found.computeIfAbsent(change.change().getClass(), this::find);
    rows.rows((Positioned<Change>) change, sink);
  }

  private ChangeRows<?> find(Class<?> kind) {
    var exact = mapped.get(kind);
    if (exact != null) return exact;
    var candidates =
        mapped.entrySet().stream().filter(e -> e.getKey().isAssignableFrom(kind)).toList();
    if (candidates.size() != 1)
      throw new IllegalStateException(
          candidates.size()
              + " topics know how to store a "
              + kind.getName()
              + "; it must be exactly one.");
    return candidates.getFirst().getValue();
  }
}
