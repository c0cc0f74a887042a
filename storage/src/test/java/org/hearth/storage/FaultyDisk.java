package org.hearth.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/// A disk that fails when a test wants it, below H2's file and below the journal.
public final class FaultyDisk implements Disk {

  /// What the system says.
  enum Fault {
    NONE(""),
    FULL("No space left on device"),
    READ_ONLY("Read-only file system"),
    BROKEN("Input/output error");

    final String says;

    Fault(String says) {
      this.says = says;
    }
  }

  /// H2 makes its files by reflection, so tests that use this disk run one after the other.
  private static volatile Fault h2 = Fault.NONE;

  private static volatile Fault h2Force = Fault.NONE;
  private volatile Fault journal = Fault.NONE;
  private volatile Fault journalForce = Fault.NONE;

  FaultyDisk() {
    heal();
    FilePath.register(new Layer());
  }

  void heal() {
    h2 = Fault.NONE;
    h2Force = Fault.NONE;
    journal = Fault.NONE;
    journalForce = Fault.NONE;
  }

  /// Nothing can be written, anywhere.
  void fail(Fault fault) {
    h2 = fault;
    journal = fault;
  }

  void failH2(Fault fault) {
    h2 = fault;
  }

  void failForce(Fault fault) {
    h2Force = fault;
    failJournalForce(fault);
  }

  void failJournalForce(Fault fault) {
    journalForce = fault;
  }

  @Override
  public FileChannel open(Path file, OpenOption... options) throws IOException {
    check(journal);
    return new Faulty(FileChannel.open(file, options), () -> journal, () -> journalForce);
  }

  @Override
  public String layer() {
    return "faulty:async:";
  }

  private static void check(Fault fault) throws IOException {
    if (fault != Fault.NONE) throw new IOException(fault.says);
  }

  /// Below H2.
  public static final class Layer extends FilePathWrapper {
    /// Made by H2.
    public Layer() {}

    @Override
    public String getScheme() {
      return "faulty";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
      return new Faulty(getBase().open(mode), () -> h2, () -> h2Force);
    }
  }

  private interface Now {
    Fault fault();
  }

  private static final class Faulty extends ForwardingFile {
    private final Now writing;
    private final Now forcing;

    Faulty(FileChannel file, Now writing, Now forcing) {
      super(file);
      this.writing = writing;
      this.forcing = forcing;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      check(writing.fault());
      return file.write(bytes, position);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      check(writing.fault());
      return file.write(bytes);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      check(writing.fault());
      file.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      check(forcing.fault());
      file.force(metaData);
    }
  }
}
