package org.hearth.simulator.memory;

import java.util.ArrayList;
import java.util.List;
import org.hearth.ledger.Batch;
import org.hearth.ledger.BatchWriter;
import org.jspecify.annotations.Nullable;

/// A disk in memory that keeps the promise of [BatchWriter] and can crash.
///
/// A batch is first *buffered* (nobody sees it), then forced and visible. A crash loses what is
/// buffered, unless it happens to have reached the disk: whoever crashes the disk says so, and the
/// writer never learns it, as with a lost answer to COMMIT.
public final class MemoryDisk implements BatchWriter {

  /// The device under the disk.
  @FunctionalInterface
  public interface Device {
    /// Takes as long as forcing takes. Throws [LedgerException.Unavailable] if nothing was written.
    ///
    /// @return whether the batch survives a crash from now on; a device that answers false lies to
    ///   its writer, which tests of tests want
    boolean force(Batch batch);
  }

  private final Device device;
  private final Runnable pause;
  private final List<Batch> durable = new ArrayList<>();

  /// Visible, and believed to be durable, but not forced: only on a device that lies.
  private final List<Batch> unforced = new ArrayList<>();

  private @Nullable Batch buffered;
  private MemoryRooms rooms;

  public MemoryDisk() {
    this(_ -> true, () -> {});
  }

  /// @param pause runs before a read, outside all locks: a simulation lets others go on there
  public MemoryDisk(Device device, Runnable pause) {
    this.device = device;
    this.pause = pause;
    this.rooms = new MemoryRooms(pause);
  }

  /// Reads what is committed. After a crash, ask again.
  public MemoryRooms rooms() {
    return rooms;
  }

  @Override
  public Resume resume() {
    if (durable.isEmpty()) return new Resume(0, 0);
    long position = 0;
    for (var batch : durable)
      for (var change : batch.changes()) position = Math.max(position, change.position());
    return new Resume(position, durable.getLast().id());
  }

  @Override
  public void write(Batch batch) {
    rooms.check(batch);
    buffered = batch;
    boolean forced;
    try {
      forced = device.force(batch);
    } finally {
      // After a crash another writer may be at work already.
      if (buffered == batch) buffered = null;
    }
    if (forced) {
      durable.addAll(unforced);
      unforced.clear();
      durable.add(batch);
    } else {
      unforced.add(batch);
    }
    rooms.apply(batch);
  }

  /// The power fails: what was not forced is gone.
  ///
  /// @param arrived whether the batch that was being written is on the disk all the same
  public void crash(boolean arrived) {
    if (arrived && buffered != null) durable.add(buffered);
    buffered = null;
    unforced.clear();
    rooms = new MemoryRooms(pause);
    durable.forEach(rooms::apply);
  }

  /// Whether a batch is being written.
  public boolean isWriting() {
    return buffered != null;
  }
}
