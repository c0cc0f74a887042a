package org.hearth.storage.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Some rows of one table that follow each other.
///
/// Where a chunk ends is decided by the hash of its last row, so that a row which comes or goes
/// changes the chunk it is in and leaves the others as they are: the next copy or backup knows them
/// by their hash.
///
/// @param bytes each row with its length before it
public record RowChunk(byte[] bytes, int count) {

  /// A row ends its chunk if these bits of its hash are zero: one of 512 rows.
  private static final int ENDS = 0x1FF;

  /// Smaller ones are not worth a file of their own.
  private static final int LEAST = 64 * 1024;

  /// What one chunk takes in memory; a single larger row is a chunk of its own.
  private static final int MOST = 2 << 20;

  /// The rows.
  public List<byte[]> rows() {
    var in = ByteBuffer.wrap(bytes);
    var rows = new ArrayList<byte[]>(count);
    while (in.hasRemaining()) rows.add(Bytes.sized(in));
    if (rows.size() != count)
      throw new IllegalStateException(
          "A chunk has " + rows.size() + " rows, but should have " + count + ".");
    return rows;
  }

  /// Gathers rows into chunks.
  static final class Cutter {
    private final Consumer<RowChunk> chunks;
    private final Bytes gathered = new Bytes();
    private int count;

    Cutter(Consumer<RowChunk> chunks) {
      this.chunks = chunks;
    }

    void add(byte[] row, byte[] hash) {
      gathered.sized(row);
      count++;
      int bits = (hash[0] & 0xFF) << 8 | (hash[1] & 0xFF);
      boolean ends = (bits & ENDS) == 0 && gathered.length() >= LEAST;
      if (ends || gathered.length() >= MOST) cut();
    }

    void cut() {
      if (count == 0) return;
      var chunk = new RowChunk(gathered.toArray(), count);
      gathered.clear();
      count = 0;
      chunks.accept(chunk);
    }
  }
}
