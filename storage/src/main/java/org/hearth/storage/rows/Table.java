package org.hearth.storage.rows;

import java.util.ArrayList;
import java.util.List;

/// A table as the writer sees it: its name, its key and its other columns, in the order in which
/// rows are given.
///
/// Tables are constants of their topic. There are no foreign keys between tables: writes on
/// different tables are grouped without regard to their order.
public final class Table {
  private final String name;
  private final List<String> key;
  private final List<String> columns;
  private final RowWrite insert;
  private final RowWrite insertIfAbsent;
  private final RowWrite upsert;
  private final RowWrite delete;

  private Table(String name, List<String> key, List<String> others) {
    this.name = name;
    this.key = List.copyOf(key);
    var all = new ArrayList<>(key);
    all.addAll(others);
    this.columns = List.copyOf(all);
    insert = new RowWrite(RowWrite.Kind.INSERT, this, columns, List.of(), "");
    insertIfAbsent = new RowWrite(RowWrite.Kind.INSERT_IF_ABSENT, this, columns, List.of(), "");
    upsert = new RowWrite(RowWrite.Kind.UPSERT, this, columns, List.of(), "");
    delete = new RowWrite(RowWrite.Kind.DELETE, this, List.of(), this.key, "");
  }

  /// @param key the columns of the primary key; they come first in each row
  /// @param others the columns after them
  public static Table of(String name, List<String> key, String... others) {
    return new Table(name, key, List.of(others));
  }

  public String name() {
    return name;
  }

  public List<String> key() {
    return key;
  }

  /// The key's columns, then the others.
  public List<String> columns() {
    return columns;
  }

  /// `UPDATE` of these columns of one row. Its parameters are the new values, then the key.
  public RowWrite update(String... assigned) {
    return updateBy(key, assigned);
  }

  /// `UPDATE` of these columns in all rows that agree in `matched`. Its parameters are the new
  /// values, then the matched ones.
  public RowWrite updateBy(List<String> matched, String... assigned) {
    return new RowWrite(RowWrite.Kind.UPDATE, this, List.of(assigned), matched, "");
  }

  /// `DELETE` of all rows that agree in these columns, which are its parameters.
  public RowWrite deleteBy(String... matched) {
    return new RowWrite(RowWrite.Kind.DELETE, this, List.of(), List.of(matched), "");
  }

  /// Any other statement that writes this table, in SQL that both databases understand, with `?`
  /// for parameters. It may read and write further tables if they are named in `also`.
  public RowWrite sql(String text, Table... also) {
    return new RowWrite(RowWrite.Kind.SQL, this, List.of(also), text);
  }

  RowWrite insert() {
    return insert;
  }

  RowWrite insertIfAbsent() {
    return insertIfAbsent;
  }

  RowWrite upsert() {
    return upsert;
  }

  RowWrite delete() {
    return delete;
  }

  @Override
  public String toString() {
    return name;
  }
}
