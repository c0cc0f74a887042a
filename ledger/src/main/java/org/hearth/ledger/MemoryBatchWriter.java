package org.hearth.ledger;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Keeps what was written in memory, for tests and simulations of everything above storage.
///
/// What a test reads back it keeps itself: `applied` gets each change when its batch commits.
public final class MemoryBatchWriter implements BatchWriter {
  private final List<Batch> batches = new CopyOnWriteArrayList<>();
  private final Consumer<Positioned<?>> applied;

  public MemoryBatchWriter() {
    this(_ -> {});
  }

  public MemoryBatchWriter(Consumer<Positioned<?>> applied) {
    this.applied = applied;
  }

  @Override
  public Resume resume() {
    if (batches.isEmpty()) return new Resume(0, 0);
    var last = batches.getLast();
    long position = 0;
    for (var batch : batches) for (var change : batch.changes()) position = change.position();
    return new Resume(position, last.id());
  }

  @Override
  public void write(Batch batch) {
    batches.add(batch);
    batch.changes().forEach(applied);
  }

  /// All that was written, oldest first.
  public List<Batch> batches() {
    return List.copyOf(batches);
  }
}
