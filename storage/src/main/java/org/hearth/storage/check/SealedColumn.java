package org.hearth.storage.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;

/// A column that holds sealed bytes, and what opens them. Each topic names its own, beside the code
/// that seals.
///
/// @param from the table, with what must be joined to know the scope
/// @param column the sealed one; rows where it is null have nothing to open
/// @param names columns that scope and place are made of, as in a statement
/// @param opening opens the bytes of a row, or throws [org.hearth.e2ee.sealing.CannotOpen]
public record SealedColumn(String from, String column, List<String> names, Opening opening) {

  /// Opens what one row holds.
  @FunctionalInterface
  public interface Opening {
    byte[] open(Sealing sealing, Row row, byte[] bytes);
  }

  /// @param scope from the values of `names`, in order, as text
  /// @param place what the bytes are bound to, from the same
  public SealedColumn(
      String from,
      String column,
      List<String> names,
      Function<Row, KeyScope> scope,
      Function<Row, String> place) {
    this(
        from,
        column,
        names,
        (sealing, row, bytes) ->
            sealing.open(
                scope.apply(row), place.apply(row).getBytes(StandardCharsets.UTF_8), bytes));
  }

  /// The values of [SealedColumn#names] in one row, as text.
  public record Row(List<String> values) {
    public String get(int index) {
      return values.get(index);
    }

    /// All of them with a bar between.
    public String joined() {
      return String.join("|", values);
    }
  }

  /// @param names see [SealedColumn#names]
  public static SealedColumn of(
      String from,
      String column,
      Function<Row, KeyScope> scope,
      Function<Row, String> place,
      String... names) {
    return new SealedColumn(from, column, Arrays.asList(names), scope, place);
  }

  /// The table alone.
  public String table() {
    return from.split(" ", 2)[0];
  }
}
