package org.hearth.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final byte[] KEY = new byte[32];
  private static final String SQL = "INSERT INTO note (a, b) VALUES (?, ?)";

  @TempDir Path directory;

  private Journal started(long last) throws IOException {
    var journal = Journal.open(directory, List.of(KEY));
    journal.replay(_ -> {});
    journal.start(last);
    return journal;
  }

  private static void write(Journal journal, long batch) throws IOException {
    var rows = new ArrayList<@Nullable Object[]>();
    rows.add(new Object[] {batch, "words of batch " + batch});
    rows.add(new Object[] {-batch, null});
    journal.append(batch, List.of(new JournalRecord.Statement(SQL, rows)));
    journal.force(batch);
  }

  private List<Long> batches() throws IOException {
    var found = new ArrayList<Long>();
    try (var journal = Journal.open(directory, List.of(KEY))) {
      journal.replay(record -> found.add(record.batch()));
    }
    return found;
  }

  private Path newest() throws IOException {
    try (var files = Files.list(directory)) {
      return files.max(java.util.Comparator.naturalOrder()).orElseThrow();
    }
  }

  @Test
  void valuesOfEveryKindComeBack() throws IOException {
    var values =
        new Object[] {
          0L,
          -1L,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          7,
          Integer.MIN_VALUE,
          "",
          "text \u00e4\ud83d\ude00",
          new byte[] {0, -1},
          true,
          false,
          null
        };
    try (var journal = started(0)) {
      var rows = new ArrayList<@Nullable Object[]>();
      rows.add(values);
      for (long batch = 1; batch <= 2; batch++) {
        journal.append(
            batch,
            List.of(
                new JournalRecord.Statement(SQL, rows),
                new JournalRecord.Statement("DELETE " + batch, rows)));
        journal.force(batch);
      }
    }
    var records = new ArrayList<JournalRecord>();
    try (var journal = Journal.open(directory, List.of(KEY))) {
      journal.replay(records::add);
    }
    assertThat(records).extracting(JournalRecord::batch).containsExactly(1L, 2L);
    assertThat(records.get(1).statements())
        .extracting(JournalRecord.Statement::sql)
        .containsExactly(SQL, "DELETE 2");
    assertThat(records.get(1).statements().getFirst().rows().getFirst()).isEqualTo(values);
  }

  @Test
  void nothingIsReadableInTheFile() throws IOException {
    try (var journal = started(0)) {
      write(journal, 1);
    }
    assertThat(Files.readString(newest(), StandardCharsets.ISO_8859_1))
        .doesNotContain("words", "INSERT", "note");
  }

  @Test
  void anIncompleteLastRecordIsTheEnd() throws IOException {
    long whole;
    long end;
    try (var journal = started(0)) {
      write(journal, 1);
      write(journal, 2);
      whole = journal.bytes();
      write(journal, 3);
      end = journal.bytes();
    }
    var file = newest();
    // Without the place that is reserved behind it.
    var bytes = java.util.Arrays.copyOf(Files.readAllBytes(file), (int) end);
    for (int length = (int) whole; length < bytes.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThat(batches()).containsExactly(1L, 2L);
      // The length of the file may be on the disk before its contents.
      Files.write(
          file,
          java.util.Arrays.copyOf(java.util.Arrays.copyOf(bytes, length), bytes.length + 5000));
      if (length < bytes.length - 1)
        assertThat(batches()).isIn(List.of(1L, 2L), List.of(1L, 2L, 3L));
    }
    Files.write(file, bytes);
    assertThat(batches()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void segmentsThatH2HasAreGoneAndTheRestGoesOn() throws IOException {
    try (var journal = started(0)) {
      write(journal, 1);
      long second = journal.rotate();
      write(journal, 2);
      assertThat(batches()).containsExactly(1L, 2L);
      journal.discardBefore(second);
      assertThat(batches()).containsExactly(2L);
      write(journal, 3);
    }
    assertThat(batches()).containsExactly(2L, 3L);
    try (var journal = started(3)) {
      write(journal, 5);
    }
    assertThat(batches()).containsExactly(2L, 3L, 5L);
  }

  /// Or each force would wait for the file system's own journal, and for all that comes before it.
  @Test
  void recordsAreWrittenWhereThePlaceIsReserved() throws IOException {
    try (var journal = started(0)) {
      for (int segment = 0; segment < 3; segment++) {
        long reserved = Files.size(newest());
        for (int i = 0; i < 200; i++) write(journal, segment * 200 + i + 1);
        assertThat(journal.bytes()).isLessThan(reserved);
        assertThat(Files.size(newest())).isEqualTo(reserved);
        journal.rotate();
      }
    }
    assertThat(batches()).hasSize(600);
  }

  @Test
  void whatWasPreparedIsNotUsedWithAnotherKey() throws IOException {
    var fresh = new byte[32];
    try (var journal = started(0)) {
      write(journal, 1);
      journal.prepare();
      journal.use(List.of(fresh, KEY));
      long second = journal.rotate();
      write(journal, 2);
      journal.discardBefore(second);
      assertThat(journal.renewed()).isTrue();
    }
    try (var journal = Journal.open(directory, List.of(fresh))) {
      var records = new ArrayList<JournalRecord>();
      journal.replay(records::add);
      assertThat(records).extracting(JournalRecord::batch).containsExactly(2L);
    }
  }

  @Test
  void aGapInTheMiddleIsNotTakenForTheEnd() throws IOException {
    Path first;
    long end;
    try (var journal = started(0)) {
      write(journal, 1);
      write(journal, 2);
      first = newest();
      end = journal.bytes();
      journal.rotate();
      write(journal, 3);
    }
    try (var file = new RandomAccessFile(first.toFile(), "rw")) {
      file.seek(end - 3);
      file.write(1);
      file.write(2);
    }
    assertThatThrownBy(this::batches)
        .isInstanceOf(JournalDamaged.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void anotherKeyIsRefusedInsteadOfFindingNothing() throws IOException {
    try (var journal = started(0)) {
      write(journal, 1);
    }
    var other = new byte[32];
    other[0] = 1;
    try (var journal = Journal.open(directory, List.of(other))) {
      assertThatThrownBy(() -> journal.replay(_ -> {}))
          .isInstanceOf(JournalDamaged.class)
          .hasMessageContaining("master key");
    }
  }

  @Test
  void aHalfMadeSegmentIsNoSegment() throws IOException {
    try (var journal = started(0)) {
      write(journal, 1);
    }
    Files.write(directory.resolve("00000000000000ff.journal.new"), new byte[10]);
    assertThat(batches()).containsExactly(1L);
  }

  @Test
  void aNewKeyIsTakenWithTheNextSegmentAndTheOldOneIsNotNeededThen() throws IOException {
    var fresh = new byte[32];
    fresh[0] = 1;
    try (var journal = started(0)) {
      write(journal, 1);
      journal.use(List.of(fresh, KEY));
      assertThat(journal.renewed()).isFalse();
      write(journal, 2);
      long second = journal.rotate();
      write(journal, 3);
      assertThat(journal.renewed()).isFalse();
      try (var reader = Journal.open(directory, List.of(fresh, KEY))) {
        var found = new ArrayList<Long>();
        reader.replay(record -> found.add(record.batch()));
        assertThat(found).containsExactly(1L, 2L, 3L);
      }
      journal.discardBefore(second);
      assertThat(journal.renewed()).isTrue();
    }
    try (var journal = Journal.open(directory, List.of(fresh))) {
      var found = new ArrayList<Long>();
      journal.replay(record -> found.add(record.batch()));
      assertThat(found).containsExactly(3L);
    }
    assertThatThrownBy(this::batches).isInstanceOf(JournalDamaged.class);
  }
}
