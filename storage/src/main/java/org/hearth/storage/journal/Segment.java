package org.hearth.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import org.hearth.storage.Disk;

/// One file of the journal.
///
/// Header: 8 bytes `HEARTHJ1`, number (8), salt (32), sealed nothing (28: proves the key). Records:
/// length of what follows (4), batch id (8), nonce and ciphertext. A record is bound to its
/// segment, offset and batch; the first one that does not open is the end.
final class Segment implements AutoCloseable {
  private static final byte[] MAGIC = "HEARTHJ1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 8 + 8 + 32 + SegmentCipher.OVERHEAD;

  /// Written at a time where place is reserved. No record begins with zeros.
  private static final int ZEROS = 1 << 16;

  /// No batch is larger; a length above this is not one of ours.
  private static final int MAX_RECORD = 1 << 30;

  final long number;
  final Path file;
  private final FileChannel channel;
  private final SegmentCipher cipher;
  private final RecordCodec codec = new RecordCodec();
  private long end = HEADER;

  private Segment(long number, Path file, FileChannel channel, SegmentCipher cipher) {
    this.number = number;
    this.file = file;
    this.channel = channel;
    this.cipher = cipher;
  }

  static Path file(Path directory, long number) {
    return directory.resolve("%016x.journal".formatted(number));
  }

  /// Makes an empty segment. Its header and its name are on the disk before anything is appended.
  ///
  /// @param reserve how many bytes of it get their place on the disk now: forcing a record within
  ///   them changes nothing but data. Otherwise the file system would have to write its own journal
  ///   each time, and before that whatever else is new, such as a checkpoint's.
  static Segment create(Disk disk, Path directory, long number, byte[] root, long reserve)
      throws IOException {
    var salt = SegmentCipher.salt();
    var cipher = new SegmentCipher(root, salt);
    var header = ByteBuffer.allocate(HEADER).put(MAGIC).putLong(number).put(salt);
    header.put(cipher.seal(SegmentCipher.place(number, 0, 0), new byte[0])).flip();
    var file = file(directory, number);
    var fresh = directory.resolve(file.getFileName() + ".new");
    try (var out =
        disk.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(out, header, 0);
      var zeros = ByteBuffer.allocate(ZEROS);
      for (long at = HEADER; at < reserve; at += ZEROS) writeFully(out, zeros.clear(), at);
      out.force(true);
    } catch (IOException e) {
      // A full disk gets back what was reserved of it.
      try {
        Files.deleteIfExists(fresh);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    forceDirectory(directory);
    return new Segment(
        number, file, disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), cipher);
  }

  /// Opens a segment for reading. Throws [JournalDamaged] if it was sealed with none of these keys.
  static Segment open(Path file, List<byte[]> roots) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var header = ByteBuffer.allocate(HEADER);
    readFully(channel, header, 0);
    header.flip();
    var magic = new byte[MAGIC.length];
    var salt = new byte[32];
    var proof = new byte[SegmentCipher.OVERHEAD];
    if (header.remaining() == HEADER) {
      header.get(magic);
      long number = header.getLong();
      header.get(salt).get(proof);
      if (java.util.Arrays.equals(magic, MAGIC)) {
        for (var root : roots) {
          var cipher = new SegmentCipher(root, salt);
          if (cipher.open(SegmentCipher.place(number, 0, 0), proof) != null)
            return new Segment(number, file, channel, cipher);
        }
        channel.close();
        throw new JournalDamaged(
            "The journal "
                + file
                + " was written with another master key. Start with the master key of this database.");
      }
    }
    channel.close();
    throw new JournalDamaged("The journal " + file + " has no readable header.");
  }

  /// Gives all whole records in order and stays behind the last one.
  void read(Consumer<JournalRecord> records) throws IOException {
    long size = channel.size();
    while (true) {
      var head = ByteBuffer.allocate(12);
      if (readFully(channel, head, end) < 12) return;
      head.flip();
      int length = head.getInt();
      long batch = head.getLong();
      if (length < 8 + SegmentCipher.OVERHEAD || length > MAX_RECORD || end + 4 + length > size)
        return;
      var sealed = new byte[length - 8];
      readFully(channel, ByteBuffer.wrap(sealed), end + 12);
      var plain = cipher.open(SegmentCipher.place(number, end, batch), sealed);
      if (plain == null) return;
      records.accept(codec.decode(batch, plain));
      end += 4 + length;
    }
  }

  /// Writes a record behind the last one, without forcing it. After an exception the record counts
  /// as not written.
  ///
  /// @param plain used for the record's bytes
  /// @param sealed used for what is written
  void append(JournalRecord record, RecordBytes plain, RecordBytes sealed) throws IOException {
    plain.clear();
    codec.encode(record, plain);
    sealed.clear();
    int length = 12 + plain.length() + SegmentCipher.OVERHEAD;
    sealed.reserve(length);
    ByteBuffer.wrap(sealed.array()).putInt(length - 4).putLong(record.batch());
    var place = SegmentCipher.place(number, end, record.batch());
    cipher.seal(place, plain.array(), plain.length(), sealed.array(), 12);
    try {
      writeFully(channel, ByteBuffer.wrap(sealed.array(), 0, length), end);
    } catch (IOException e) {
      codec.forget();
      throw e;
    }
    codec.keep();
    end += length;
  }

  /// Forces the data, and of the metadata what is needed to read it: `fdatasync`.
  void force() throws IOException {
    channel.force(false);
  }

  /// Cuts off what a failed append left.
  void truncate() throws IOException {
    channel.truncate(end);
  }

  long bytes() {
    return end;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long at)
      throws IOException {
    long position = at;
    while (bytes.hasRemaining()) position += channel.write(bytes, position);
  }

  private static int readFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      int count = channel.read(bytes, position);
      if (count < 0) break;
      position += count;
    }
    return (int) (position - at);
  }

  static void forceDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
