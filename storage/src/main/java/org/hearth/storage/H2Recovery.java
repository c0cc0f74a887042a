package org.hearth.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.h2.mvstore.DataUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes H2's file safe to open after a stop that was not clean.
///
/// What H2 wrote after its last forced version may be on the disk in part, in any order, after a
/// power cut. H2 looks at the first and last bytes of a chunk only, so that it could take one with
/// a hole for whole; and where its header names a chunk that is not whole, it may settle for one
/// that is older than what was forced. Therefore all chunks newer than the last forced version are
/// made unreadable here, and the header names that version. The journal has what came after it.
final class H2Recovery {
  private static final Logger log = LoggerFactory.getLogger(H2Recovery.class);
  private static final int BLOCK = 4096;
  private static final int MAX_HEADER = 1024;
  private static final int FOOTER = 128;

  /// How each chunk begins, always at the beginning of a block.
  private static final byte[] MARK = "chunk:".getBytes(StandardCharsets.US_ASCII);

  /// How many bytes are looked through at once.
  private static final int SCAN = 256 * BLOCK;

  /// The first blocks are two copies of the file's header.
  private static final int HEADERS = 2;

  private record Chunk(long block, long id, long version) {}

  private final FileChannel channel;

  private H2Recovery(FileChannel channel) {
    this.channel = channel;
  }

  /// Call before H2 opens the file. Answers the version that H2 must find then; empty if nothing
  /// was ever forced.
  static OptionalLong prepare(Path directory, Path file) throws IOException {
    var note = CheckpointNote.read(directory);
    if (note.isEmpty() || !Files.exists(file)) return OptionalLong.empty();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var recovery = new H2Recovery(channel);
      var header = recovery.header(0);
      if (note.get().closed() && header != null && header.containsKey("clean")) {
        long version = number(header, "version");
        CheckpointNote.now(version).write(directory);
        return OptionalLong.of(version);
      }
      boolean sameBoot = note.get().boot().equals(CheckpointNote.currentBoot());
      // If only the process ended, then the newest version is whole, but maybe only in the system's
      // memory yet. H2 will overwrite
      // older ones as soon as it is open, so the newest must be on the disk before, and noted.
      var last = recovery.newest(sameBoot ? Long.MAX_VALUE : note.get().version());
      if (!sameBoot && last.version() != note.get().version())
        throw new IOException(
            "Version %d of %s was forced to the disk, but is not there; the file is damaged. Restore a backup."
                .formatted(note.get().version(), file));
      recovery.writeHeader(last);
      channel.force(true);
      if (sameBoot) CheckpointNote.now(last.version()).write(directory);
      return OptionalLong.of(last.version());
    }
  }

  /// The newest whole chunk up to this version; newer ones are made unreadable.
  private Chunk newest(long limit) throws IOException {
    var newest = new Chunk(0, 0, -1);
    int dropped = 0;
    var buffer = ByteBuffer.allocate(SCAN);
    for (long at = HEADERS * BLOCK; channel.read(buffer.clear(), at) > 0; at += SCAN) {
      for (int offset = 0; offset + MARK.length <= buffer.position(); offset += BLOCK) {
        if (!startsChunk(buffer.array(), offset)) continue;
        long block = (at + offset) / BLOCK;
        var header = fields(block * BLOCK, MAX_HEADER);
        if (header == null || !footerAgrees(block, header)) continue;
        var chunk = new Chunk(block, number(header, "chunk"), number(header, "version"));
        if (chunk.version() > limit) {
          channel.write(ByteBuffer.allocate(BLOCK), block * BLOCK);
          dropped++;
        } else if (chunk.version() > newest.version()) {
          newest = chunk;
        }
      }
    }
    if (dropped > 0)
      log.info(
          "The machine went down: {} unforced pieces of H2's file come from the journal instead.",
          dropped);
    return newest;
  }

  private static boolean startsChunk(byte[] bytes, int offset) {
    return Arrays.equals(bytes, offset, offset + MARK.length, MARK, 0, MARK.length);
  }

  /// Only then H2 would believe the chunk.
  private boolean footerAgrees(long block, Map<String, String> header) throws IOException {
    long length = number(header, "len");
    if (length < 1 || length > channel.size() / BLOCK) return false;
    var footer = fields((block + length) * BLOCK - FOOTER, FOOTER);
    return footer != null
        && number(footer, "chunk") == number(header, "chunk")
        && number(footer, "version") == number(header, "version");
  }

  /// Both copies of the header, as H2 writes them: fields, then a checksum.
  private void writeHeader(Chunk last) throws IOException {
    var old = header(0);
    if (old == null) old = header(BLOCK);
    if (old == null)
      throw new IOException("H2's file has no readable header; it is damaged. Restore a backup.");
    var fields = new java.util.TreeMap<>(old);
    fields.remove("clean");
    fields.remove("fletcher");
    fields.put("block", Long.toHexString(last.block()));
    fields.put("chunk", Long.toHexString(last.id()));
    fields.put("version", Long.toHexString(last.version()));
    var text = new StringBuilder();
    fields.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? "" : ",").append(name).append(':').append(value));
    var bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    int checksum = DataUtils.getFletcher32(bytes, 0, bytes.length);
    text.append(",fletcher:").append(Integer.toHexString(checksum)).append('\n');
    for (long at = 0; at < HEADERS * BLOCK; at += BLOCK) {
      var block =
          ByteBuffer.allocate(BLOCK).put(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      channel.write(block.clear(), at);
    }
  }

  /// A copy of the file's header, or null if its checksum is wrong.
  private @Nullable Map<String, String> header(long at) throws IOException {
    var line = line(at, MAX_HEADER);
    int end = line.lastIndexOf(",fletcher:");
    if (!line.startsWith("H:") || end < 0) return null;
    var fields = fields(line);
    var bytes = line.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
    boolean whole =
        fields != null
            && number(fields, "fletcher")
                == (DataUtils.getFletcher32(bytes, 0, bytes.length) & 0xFFFF_FFFFL);
    return whole ? fields : null;
  }

  /// The fields of a chunk's header or footer, or null if there is something else.
  private @Nullable Map<String, String> fields(long at, int length) throws IOException {
    var line = line(at, length);
    return line.startsWith("chunk:") ? fields(line) : null;
  }

  private String line(long at, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {}
    var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  /// `name:hex,name:hex,...`
  private static @Nullable Map<String, String> fields(String line) {
    var fields = new HashMap<String, String>();
    for (var field : line.strip().split(",", -1)) {
      int colon = field.indexOf(':');
      if (colon < 0) return null;
      fields.put(field.substring(0, colon), field.substring(colon + 1).strip());
    }
    return fields;
  }

  private static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(fields.getOrDefault(name, "-1"), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
