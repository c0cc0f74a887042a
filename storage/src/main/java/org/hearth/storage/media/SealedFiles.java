package org.hearth.storage.media;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.engine.media.MediaItem;
import org.hearth.ledger.LedgerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sealed files: AES-256-GCM with a key for each file, in chunks that can be read one after the
/// other.
///
/// A chunk is: length of the sealed bytes (4), nonce (12), ciphertext and tag. Its associated data
/// is the file's name, the chunk's number and whether it is the last one, so that chunks can be
/// neither swapped nor cut off.
final class SealedFiles {
  private static final int CHUNK = 64 * 1024;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final Logger log = LoggerFactory.getLogger(SealedFiles.class);

  /// Below this much free space no file is taken.
  private static final long RESERVE = 64L << 20;

  private static final String PARTS = "incoming";

  private final Path directory;
  private final SecureRandom random;

  /// Protects the two below; held for moments, and while a file is deleted.
  private final ReentrantLock deleting = new ReentrantLock();

  /// How many backups read the files now.
  private int holders;

  /// What was deleted meanwhile, of which a snapshot may still speak.
  private final Set<String> doomed = new LinkedHashSet<>();

  SealedFiles(Path directory, SecureRandom random) throws IOException {
    this.directory = directory;
    this.random = random;
    Files.createDirectories(directory.resolve(PARTS));
    // What was being written when the process ended belongs to nobody.
    try (var parts = Files.list(directory.resolve(PARTS))) {
      for (var part : parts.toList()) Files.delete(part);
    }
  }

  /// Throws [IOException] if the bytes cannot be read, and [LedgerException.Unavailable] if the
  /// disk does not take them.
  MediaItem.SealedFile write(InputStream bytes) throws IOException {
    byte[] key = random(32);
    var name = HexFormat.of().formatHex(random(16));
    var part = directory.resolve(PARTS).resolve(name);
    refuseWithoutSpace();
    try (var channel = create(part)) {
      long length = seal(bytes, channel, name, key);
      keep(channel, part, name);
      return new MediaItem.SealedFile(name, length, key);
    } finally {
      discard(part);
    }
  }

  /// The last of the space belongs to the database, which must be able to say what happened.
  private void refuseWithoutSpace() {
    try {
      if (Files.getFileStore(directory).getUsableSpace() < RESERVE)
        throw new LedgerException.Unavailable("The disk is full.", null);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private static LedgerException.Unavailable unavailable(IOException e) {
    return new LedgerException.Unavailable("The disk takes no files now.", e);
  }

  private static FileChannel create(Path part) {
    try {
      return FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private void keep(FileChannel channel, Path part, String name) {
    try {
      channel.force(true);
      Files.createDirectories(shelf(name));
      Files.move(part, place(name), StandardCopyOption.ATOMIC_MOVE);
      force(shelf(name));
      force(directory);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /// What stays is removed by the next start.
  private static void discard(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      log.warn("{} could not be removed: {}", part, e.toString());
    }
  }

  private long seal(InputStream bytes, FileChannel channel, String name, byte[] key)
      throws IOException {
    var out = new BufferedOutputStream(Channels.newOutputStream(channel));
    long length = 0;
    byte[] chunk = bytes.readNBytes(CHUNK);
    for (long number = 0; ; number++) {
      byte[] next = chunk.length < CHUNK ? new byte[0] : bytes.readNBytes(CHUNK);
      boolean last = next.length == 0;
      byte[] nonce = random(NONCE);
      byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, nonce, place(name, number, last), chunk);
      put(out, nonce, sealed, last);
      length += chunk.length;
      if (last) return length;
      chunk = next;
    }
  }

  private static void put(OutputStream out, byte[] nonce, byte[] sealed, boolean last) {
    try {
      out.write(ByteBuffer.allocate(Integer.BYTES).putInt(sealed.length).array());
      out.write(nonce);
      out.write(sealed);
      if (last) out.flush();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  InputStream open(MediaItem.SealedFile file) throws IOException {
    return new Plain(file, Files.newInputStream(place(file.name())));
  }

  /// Deletes the file, or has it deleted once nobody holds the files.
  void delete(String name) throws IOException {
    deleting.lock();
    try {
      if (holders > 0) doomed.add(name);
      else Files.deleteIfExists(place(name));
    } finally {
      deleting.unlock();
    }
  }

  /// No file goes away until [#release].
  void hold() {
    deleting.lock();
    try {
      holders++;
    } finally {
      deleting.unlock();
    }
  }

  /// Deletes what was to be deleted since [#hold], if nobody else holds the files.
  void release() throws IOException {
    deleting.lock();
    try {
      if (--holders > 0) return;
      for (var name : doomed) Files.deleteIfExists(place(name));
      doomed.clear();
    } finally {
      deleting.unlock();
    }
  }

  /// The files on a shelf that were written before a time.
  List<String> on(int shelf, long beforeMs) throws IOException {
    var place = directory.resolve(HexFormat.of().toHexDigits((byte) shelf));
    if (!Files.isDirectory(place)) return List.of();
    var names = new ArrayList<String>();
    try (var found = Files.list(place)) {
      for (var file : (Iterable<Path>) found::iterator)
        if (Files.getLastModifiedTime(file).toMillis() < beforeMs)
          names.add(String.valueOf(file.getFileName()));
    }
    return names;
  }

  private Path place(String name) {
    return shelf(name).resolve(name);
  }

  private Path shelf(String name) {
    return directory.resolve(name.substring(0, 2));
  }

  private static byte[] place(String name, long number, boolean last) {
    byte[] ascii = HexFormat.of().parseHex(name);
    return ByteBuffer.allocate(ascii.length + 9)
        .put(ascii)
        .putLong(number)
        .put((byte) (last ? 1 : 0))
        .array();
  }

  /// A new entry in a directory is durable once the directory is.
  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    this.random.nextBytes(random);
    return random;
  }

  private static byte[] crypt(int mode, byte[] key, byte[] nonce, byte[] place, byte[] bytes)
      throws IOException {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
      cipher.updateAAD(place);
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IOException("A sealed file was changed or its key is wrong", e);
    }
  }

  /// Reads chunk by chunk; each is checked before any byte of it is given out.
  private static final class Plain extends InputStream {
    private final MediaItem.SealedFile file;
    private final DataInputStream sealed;
    private byte[] chunk = new byte[0];
    private int at;
    private long number;
    private long left;
    private boolean ended;

    Plain(MediaItem.SealedFile file, InputStream sealed) {
      this.file = file;
      this.sealed = new DataInputStream(new java.io.BufferedInputStream(sealed, CHUNK));
      this.left = file.length();
    }

    @Override
    public int read() throws IOException {
      return fill() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) return 0;
      if (!fill()) return -1;
      int count = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, target, offset, count);
      at += count;
      return count;
    }

    private boolean fill() throws IOException {
      while (at == chunk.length) {
        if (ended) return false;
        int length = sealed.readInt();
        if (length < TAG || length > CHUNK + TAG) throw new IOException("A sealed file is damaged");
        byte[] nonce = sealed.readNBytes(NONCE);
        byte[] bytes = sealed.readNBytes(length);
        if (bytes.length < length) throw new EOFException("A sealed file is cut off");
        left -= length - TAG;
        ended = left <= 0;
        chunk =
            crypt(
                Cipher.DECRYPT_MODE, file.key(), nonce, place(file.name(), number++, ended), bytes);
        at = 0;
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      sealed.close();
    }
  }
}
