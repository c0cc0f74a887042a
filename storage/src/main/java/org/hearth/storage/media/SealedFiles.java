package org.hearth.storage.media;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.engine.media.MediaItem;

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
  private static final String PARTS = "incoming";

  private final Path directory;
  private final SecureRandom random;

  SealedFiles(Path directory, SecureRandom random) throws IOException {
    this.directory = directory;
    this.random = random;
    Files.createDirectories(directory.resolve(PARTS));
    // What was being written when the process ended belongs to nobody.
    try (var parts = Files.list(directory.resolve(PARTS))) {
      for (var part : parts.toList()) Files.delete(part);
    }
  }

  MediaItem.SealedFile write(InputStream bytes) throws IOException {
    byte[] key = random(32);
    var name = HexFormat.of().formatHex(random(16));
    var part = directory.resolve(PARTS).resolve(name);
    try {
      long length;
      try (var channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        length = seal(bytes, channel, name, key);
        channel.force(true);
      }
      Files.createDirectories(shelf(name));
      Files.move(part, place(name), StandardCopyOption.ATOMIC_MOVE);
      force(shelf(name));
      force(directory);
      return new MediaItem.SealedFile(name, length, key);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private long seal(InputStream bytes, FileChannel channel, String name, byte[] key)
      throws IOException {
    var out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel)));
    long length = 0;
    byte[] chunk = bytes.readNBytes(CHUNK);
    for (long number = 0; ; number++) {
      byte[] next = chunk.length < CHUNK ? new byte[0] : bytes.readNBytes(CHUNK);
      boolean last = next.length == 0;
      byte[] nonce = random(NONCE);
      byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, nonce, place(name, number, last), chunk);
      out.writeInt(sealed.length);
      out.write(nonce);
      out.write(sealed);
      length += chunk.length;
      if (last) break;
      chunk = next;
    }
    out.flush();
    return length;
  }

  InputStream open(MediaItem.SealedFile file) throws IOException {
    return new Plain(file, Files.newInputStream(place(file.name())));
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(place(name));
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
