package org.hearth.storage.rows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers writes into groups of one statement each, so that each group is one JDBC batch.
///
/// A write joins an earlier group of its statement if no group after that touches the same rows;
/// otherwise it begins a new group. Thus a batch of 500 events with 5 writes each becomes 5 groups
/// instead of 2,500 statements.
public final class RowBatch implements RowSink {

  /// The rows of one statement.
  public static final class Group {
    private final RowWrite write;
    private final List<@Nullable Object[]> rows = new ArrayList<>();
    private final Set<Object> touched = new HashSet<>();
    private boolean touchesAny;

    /// For upserts, where a key has its row: a later upsert of the same key takes its place, since
    /// PostgreSQL refuses to touch a row twice in one statement.
    private final Map<Object, Integer> rowOfKey = new HashMap<>();

    private Group(RowWrite write) {
      this.write = write;
    }

    public RowWrite write() {
      return write;
    }

    /// The parameters of each execution, in order.
    public List<@Nullable Object[]> rows() {
      return rows;
    }

    private void add(@Nullable Object key, @Nullable Object[] parameters) {
      if (key == null) {
        touchesAny = true;
      } else {
        touched.add(key);
        if (write.kind() == RowWrite.Kind.UPSERT) {
          var earlier = rowOfKey.putIfAbsent(key, rows.size());
          if (earlier != null) {
            rows.set(earlier, parameters);
            return;
          }
        }
      }
      rows.add(parameters);
    }

    private boolean mayTouch(@Nullable Object key, RowWrite other) {
      if (!write.sharesTableWith(other)) return false;
      return key == null || touchesAny || touched.contains(key);
    }
  }

  private final List<Group> groups = new ArrayList<>();

  /// In the order in which they must be executed.
  public List<Group> groups() {
    return groups;
  }

  public int size() {
    return groups.stream().mapToInt(group -> group.rows().size()).sum();
  }

  @Override
  public void run(RowWrite write, @Nullable Object... parameters) {
    check(write, parameters);
    var key = write.rowOf(parameters);
    groupFor(write, key).add(key, parameters);
  }

  private Group groupFor(RowWrite write, @Nullable Object key) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      var group = groups.get(i);
      if (group.write == write) return group;
      if (group.mayTouch(key, write)) break;
    }
    var group = new Group(write);
    groups.add(group);
    return group;
  }

  private static void check(RowWrite write, @Nullable Object[] parameters) {
    if (parameters.length != write.parameters())
      throw new IllegalArgumentException(
          write + " takes " + write.parameters() + " parameters, not " + parameters.length + ".");
    for (var value : parameters) {
      switch (value) {
        case null -> {}
        case Long _, Integer _, Boolean _, byte[] _ -> {}
        case String text -> {
          if (text.indexOf('\0') >= 0) throw new UnstorableText(write);
        }
        default ->
            throw new IllegalArgumentException(
                write + ": no column holds " + value.getClass().getName() + ".");
      }
    }
  }
}
