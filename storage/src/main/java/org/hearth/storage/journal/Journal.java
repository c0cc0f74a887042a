package org.hearth.storage.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.hearth.storage.Disk;
import org.jspecify.annotations.Nullable;

/// The segments of one directory. Used by one thread at a time; but while one appends and forces,
/// another may [#prepare] and [#discardBefore], which take their time.
///
/// Life: [#open], [#replay], then [#start] a new segment and [#append]; each checkpoint of H2 calls
/// [#prepare] and [#rotate] before it begins and [#discardBefore] after it ended.
public final class Journal implements AutoCloseable {
  private static final String SUFFIX = ".journal";
  private static final long LEAST_RESERVE = 1 << 18;
  private static final long MOST_RESERVE = 1 << 24;

  private final Disk disk;
  private final Path directory;
  private List<byte[]> roots;
  private final RecordBytes plain = new RecordBytes();
  private final RecordBytes sealed = new RecordBytes();
  private final List<Path> old = new CopyOnWriteArrayList<>();
  private @Nullable Segment current;
  private @Nullable Segment next;

  /// Bytes; somewhat more than the last segment had.
  private long reserve = LEAST_RESERVE;

  private long previous;
  private long lastNumber;

  /// Segments before this one may be sealed with another than the first of the roots.
  private long firstRenewed;

  private Journal(Disk disk, Path directory, List<byte[]> roots) {
    this.disk = disk;
    this.directory = directory;
    this.roots = List.copyOf(roots);
  }

  /// @param roots 32 bytes each, for this use only: new segments are sealed with the first one, and
  ///   those that are there with any of them
  public static Journal open(Path directory, List<byte[]> roots) throws IOException {
    return open(Disk.REAL, directory, roots);
  }

  /// [#open] on another disk.
  public static Journal open(Disk disk, Path directory, List<byte[]> roots) throws IOException {
    Files.createDirectories(directory);
    var journal = new Journal(disk, directory, roots);
    try (var files = Files.list(directory)) {
      files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().forEach(journal.old::add);
    }
    return journal;
  }

  /// Gives the records of all segments in order. Throws [JournalDamaged] where one is missing in
  /// between; an incomplete record at the very end was never acknowledged.
  public void replay(Consumer<JournalRecord> records) throws IOException {
    for (var file : old) {
      try (var segment = Segment.open(file, roots)) {
        var number = segment.number;
        lastNumber = Math.max(lastNumber, number);
        segment.read(
            record -> {
              if (previous != 0 && record.previous() != previous)
                throw new JournalDamaged(
                    "The journal goes from batch %d to %d, but %d should be between them: %s is damaged."
                        .formatted(previous, record.batch(), record.previous(), file));
              previous = record.batch();
              records.accept(record);
            });
      }
    }
  }

  /// The first record after this names `lastBatch` as the one before it.
  public void start(long lastBatch) throws IOException {
    previous = lastBatch;
    current = create(++lastNumber);
  }

  /// New segments are sealed with the first of these from now on.
  public void use(List<byte[]> newRoots) {
    close(next);
    next = null;
    roots = List.copyOf(newRoots);
    firstRenewed = lastNumber + 1;
  }

  /// Whether every segment that is left is sealed with the first of the roots.
  public boolean renewed() {
    var limit = Segment.file(directory, firstRenewed);
    return lastNumber >= firstRenewed && old.stream().noneMatch(file -> file.compareTo(limit) < 0);
  }

  /// Writes the record behind the others. After an exception it counts as not written, and
  /// [#append] may be tried again.
  public void append(long batch, List<JournalRecord.Statement> statements) throws IOException {
    var segment = current();
    try {
      segment.append(new JournalRecord(batch, previous, statements), plain, sealed);
    } catch (IOException e) {
      try {
        segment.truncate();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /// Returns when everything appended survives a power cut. An exception leaves open what did.
  public void force(long batch) throws IOException {
    current().force();
    previous = batch;
  }

  /// Makes the segment for [#rotate], which takes as long as the disk has other things to do.
  /// Another thread may append and force meanwhile.
  public void prepare() throws IOException {
    if (next == null) next = create(lastNumber + 1);
  }

  /// Goes on in a new segment and returns its number: everything appended so far is in segments
  /// before it.
  public long rotate() throws IOException {
    prepare();
    var full = current();
    var fresh = Objects.requireNonNull(next);
    next = null;
    lastNumber++;
    reserve = Math.clamp(full.bytes() * 3 / 2, LEAST_RESERVE, MOST_RESERVE);
    old.add(full.file);
    current = fresh;
    full.close();
    return fresh.number;
  }

  private Segment create(long number) throws IOException {
    return Segment.create(disk, directory, number, roots.getFirst(), reserve);
  }

  /// Deletes all segments that were there before [#start]: H2 has durably what they hold.
  public void discardReplayed() throws IOException {
    discardBefore(lastNumber);
  }

  /// Deletes the segments before this number: H2 has durably what they hold.
  public void discardBefore(long number) throws IOException {
    var limit = Segment.file(directory, number);
    for (var file : old)
      if (file.compareTo(limit) < 0) {
        Files.deleteIfExists(file);
        old.remove(file);
      }
  }

  /// Bytes in the current segment.
  public long bytes() {
    return current().bytes();
  }

  private Segment current() {
    if (current == null) throw new IllegalStateException("The journal was not started.");
    return current;
  }

  @Override
  public void close() {
    close(current);
    close(next);
  }

  private static void close(@Nullable Segment segment) {
    try {
      if (segment != null) segment.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
