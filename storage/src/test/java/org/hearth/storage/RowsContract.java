package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every topic builds upon: changes become rows, all or nothing, on either database.
abstract class RowsContract extends StorageTest {
  private static final Table NOTES =
      Table.of("note", List.of("owner", "n"), "words", "bytes", "done");
  private static final RowWrite REWORD = NOTES.update("words");
  private static final RowWrite CLEAR = NOTES.deleteBy("owner");
  private static final RowWrite FINISH_BELOW =
      NOTES.sql("UPDATE note SET done = TRUE WHERE owner = ? AND n < ?");

  sealed interface Note extends Change {
    record Added(String owner, long n, String words) implements Note {}

    record AddedOnce(String owner, long n, String words) implements Note {}

    record Put(String owner, long n, String words) implements Note {}

    record Reworded(String owner, long n, String words) implements Note {}

    record Removed(String owner, long n) implements Note {}

    record Cleared(String owner) implements Note {}

    record Finished(String owner, long below) implements Note {}

    record Broken() implements Note {}
  }

  record Unknown() implements Change {}

  @Override
  protected List<Topic> topics() {
    return List.of(
        Topic.named("notes")
            .change(
                Note.class,
                (change, rows) -> {
                  switch (change.change()) {
                    case Note.Added(var owner, var n, var words) ->
                        rows.insert(NOTES, owner, n, words, new byte[] {1, 0, 2}, false);
                    case Note.AddedOnce(var owner, var n, var words) ->
                        rows.insertIfAbsent(NOTES, owner, n, words, null, false);
                    case Note.Put(var owner, var n, var words) ->
                        rows.upsert(NOTES, owner, n, words, null, null);
                    case Note.Reworded(var owner, var n, var words) ->
                        rows.run(REWORD, words, owner, n);
                    case Note.Removed(var owner, var n) -> rows.delete(NOTES, owner, n);
                    case Note.Cleared(var owner) -> rows.run(CLEAR, owner);
                    case Note.Finished(var owner, var below) ->
                        rows.run(FINISH_BELOW, owner, below);
                    case Note.Broken _ -> throw new IllegalStateException("bug");
                  }
                }));
  }

  @BeforeEach
  void table() {
    var types = storage().database().dialect().placeholders();
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.execute(
                    "CREATE TABLE note (owner %s NOT NULL, n BIGINT NOT NULL, words %s, bytes %s, done BOOLEAN, PRIMARY KEY (owner, n))"
                        .formatted(types.get("text"), types.get("text"), types.get("bytes")));
              }
            });
  }

  private List<String> notes() {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT owner, n, words, done FROM note ORDER BY owner, n")) {
                var found = new ArrayList<String>();
                while (row.next())
                  found.add(
                      row.getString(1)
                          + row.getLong(2)
                          + " "
                          + row.getString(3)
                          + (row.getBoolean(4) ? " done" : ""));
                return found;
              }
            });
  }

  @Test
  void changesOfOneBatchTakeEffectInTheirOrder() {
    write(
        new Note.Added("a", 1, "one"),
        new Note.Reworded("a", 1, "eins"),
        new Note.Added("a", 2, "two"),
        new Note.Removed("a", 1),
        new Note.Added("a", 1, "uno"),
        new Note.Put("b", 1, "first"),
        new Note.Put("b", 1, "second"),
        new Note.Finished("b", 9),
        new Note.Added("c", 1, "gone"),
        new Note.Cleared("c"),
        new Note.Added("c", 2, "stays"));

    assertThat(notes()).containsExactly("a1 uno", "a2 two", "b1 second done", "c2 stays");
  }

  @Test
  void aRowIsReplacedOrKeptAsAsked() {
    write(new Note.Added("a", 1, "old"));
    write(
        new Note.AddedOnce("a", 1, "new"),
        new Note.AddedOnce("a", 2, "once"),
        new Note.AddedOnce("a", 2, "twice"));
    assertThat(notes()).containsExactly("a1 old", "a2 once");

    write(new Note.Put("a", 1, "put"), new Note.Put("a", 2, null));
    assertThat(notes()).containsExactly("a1 put", "a2 null");
  }

  @Test
  void manyRowsGoInOneBatch() {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < 1000; i++) {
      changes.add(new Note.Added("x", i, "n" + i));
      changes.add(new Note.Reworded("x", i, "m" + i));
      changes.add(new Note.Put("y", i % 10, "p" + i));
    }
    write(changes.toArray(Change[]::new));

    assertThat(notes()).hasSize(1010).contains("x999 m999", "y3 p993");
  }

  @Test
  void anEntryIsWrittenWhollyOrNotAtAll() {
    write(new Note.Added("a", 1, "one"));

    assertThatThrownBy(() -> write(new Note.Added("a", 2, "two"), new Note.Added("a", 1, "again")))
        .isInstanceOf(LedgerException.Refused.class);

    assertThat(notes()).containsExactly("a1 one");
    write(new Note.Added("a", 2, "two"));
    assertThat(notes()).containsExactly("a1 one", "a2 two");
  }

  @Test
  void badDataFailsItsOwnEntryOnly() {
    write(new Note.Added("a", 1, "one"));
    var good = ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Note.Added("a", 2, "two"))));
    var bad = ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Note.Added("a", 1, "again"))));
    var nul = ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Note.Added("a", 4, "nu\0l"))));
    var bug = ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Note.Broken())));
    var unknown = ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Unknown())));
    var later =
        ledger().append(Entry.of(Lane.INTERACTIVE, List.of(new Note.Added("a", 3, "three"))));
    ledger().step();

    assertThat(good).isCompleted();
    assertThat(later).isCompleted();
    for (var refused : List.of(bad, nul, bug, unknown))
      assertThatThrownBy(refused::join).hasCauseInstanceOf(LedgerException.Refused.class);
    assertThat(notes()).containsExactly("a1 one", "a2 two", "a3 three");
  }

  @Test
  void numberingGoesOnAfterAStart() {
    long first = write(new Note.Added("a", 1, "one"), new Note.Added("a", 2, "two"));
    reopen();
    long second = write(new Note.Added("a", 3, "three"));

    assertThat(second).isGreaterThan(first);
    assertThat(notes()).hasSize(3);
  }

  @Test
  void noReadSeesHalfABatch() throws Exception {
    write(new Note.Added("a", 1, "0"), new Note.Added("b", 1, "0"));
    var torn = new java.util.concurrent.atomic.AtomicInteger();
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!stop.get()) {
                    var seen = notes();
                    if (!seen.getFirst().substring(3).equals(seen.getLast().substring(3)))
                      torn.incrementAndGet();
                  }
                });
    for (int i = 1; i < 200; i++)
      write(new Note.Reworded("a", 1, "" + i), new Note.Reworded("b", 1, "" + i));
    stop.set(true);
    reader.join();

    assertThat(torn).hasValue(0);
  }
}
