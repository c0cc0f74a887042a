package org.hearth.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hearth.ledger.Change;
import org.hearth.storage.rows.ChangeRows;

/// What one topic (accounts, rooms, ...) writes: its kinds of change and their rows.
///
/// A kind may be a sealed interface whose records the rows switch over.
public final class Topic {
  private final String name;
  private final Map<Class<? extends Change>, ChangeRows<?>> changes = new LinkedHashMap<>();

  private Topic(String name) {
    this.name = name;
  }

  public static Topic named(String name) {
    return new Topic(name);
  }

  public <C extends Change> Topic change(Class<C> kind, ChangeRows<C> rows) {
    if (changes.put(kind, rows) != null)
      throw new IllegalArgumentException(kind.getName() + " is mapped twice in " + name + ".");
    return this;
  }

  Map<Class<? extends Change>, ChangeRows<?>> changes() {
    return changes;
  }

  @Override
  public String toString() {
    return name;
  }
}
