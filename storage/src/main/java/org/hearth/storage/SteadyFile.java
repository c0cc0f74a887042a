package org.hearth.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.h2.store.fs.FilePathWrapper;

/// H2's file, which an interrupted reader neither closes nor hands over.
///
/// A channel closes for everybody when one of its readers is interrupted. H2's answer is `async:`,
/// where another thread does each read: on a busy machine the ledger waits milliseconds until that
/// thread's turn and then its own come, for a page that is in memory. So what is read is read here
/// by whoever needs it; writing and forcing, which a few threads do in large pieces, stay with
/// `async:`.
final class SteadyFile extends ForwardingFile {

  /// The layer's name in H2's URLs: `steady:`.
  public static final class Layer extends FilePathWrapper {
    static final String SCHEME = "steady";

    /// Made by H2.
    public Layer() {}

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      var base = getBase();
      var opened = base.open(mode);
      var name = base.toString();
      try {
        return new SteadyFile(opened, Path.of(name.substring(name.indexOf('/'))));
      } catch (IOException e) {
        opened.close();
        throw e;
      }
    }
  }

  /// Who reads at the same time waits for another now and then; a power of two.
  private static final int READERS = 8;

  /// The file once more, with a position of its own.
  private record Reader(RandomAccessFile file, ReentrantLock lock) {
    int read(ByteBuffer bytes, long position) throws IOException {
      lock.lock();
      try {
        file.seek(position);
        int count =
            file.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        if (count > 0) bytes.position(bytes.position() + count);
        return count;
      } finally {
        lock.unlock();
      }
    }

    /// Not while somebody reads, who might go on in a file that the system gives the same number.
    void close() throws IOException {
      lock.lock();
      try {
        file.close();
      } finally {
        lock.unlock();
      }
    }
  }

  private final Reader[] readers = new Reader[READERS];

  private SteadyFile(FileChannel file, Path path) throws IOException {
    super(file);
    try {
      for (int i = 0; i < READERS; i++)
        readers[i] = new Reader(new RandomAccessFile(path.toFile(), "r"), new ReentrantLock());
    } catch (IOException e) {
      closeReaders();
      throw e;
    }
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    if (!bytes.hasArray() || !bytes.hasRemaining()) return file.read(bytes, position);
    return readers[(int) Thread.currentThread().threadId() & (READERS - 1)].read(bytes, position);
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    return file.write(bytes, position);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return file.write(bytes);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    closeReaders();
    super.implCloseChannel();
  }

  private void closeReaders() throws IOException {
    for (var reader : readers) if (reader != null) reader.close();
  }
}
