package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.h2.store.fs.FilePath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyFileTest {
  private static final int BLOCK = 4096;

  @TempDir private Path directory;
  private FileChannel file;

  @BeforeEach
  void open() throws IOException {
    FilePath.register(new SteadyFile.Layer());
    file = FilePath.get(Disk.REAL.layer() + directory.resolve("file")).open("rw");
  }

  @AfterEach
  void close() throws IOException {
    file.close();
  }

  /// A block that tells its number.
  private static ByteBuffer block(int number) {
    return ByteBuffer.allocate(BLOCK).putInt(number).putInt(BLOCK - 4, number).clear();
  }

  private void write(int blocks) throws IOException {
    for (int i = 0; i < blocks; i++) file.write(block(i), (long) i * BLOCK);
  }

  private ByteBuffer read(int number) throws IOException {
    var bytes = ByteBuffer.allocate(BLOCK);
    while (bytes.hasRemaining() && file.read(bytes, (long) number * BLOCK + bytes.position()) > 0)
      continue;
    return bytes.flip();
  }

  @Test
  void anInterruptedReaderReadsAndLeavesTheFileOpenForOthers() throws Exception {
    write(2);
    Thread.currentThread().interrupt();
    var read = read(1);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).isEqualTo(block(1));
    try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(others.submit(() -> read(0)).get()).isEqualTo(block(0));
    }
    file.write(block(2), 2 * BLOCK);
    file.force(true);
    assertThat(read(2)).isEqualTo(block(2));
  }

  @Test
  void whoReadsAtTheSameTimeReadsWhatHeAskedFor() throws Exception {
    int blocks = 64;
    write(blocks);
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 32)
              .<Future<?>>mapToObj(
                  seed ->
                      readers.submit(
                          () -> {
                            var random = new Random(seed);
                            for (int i = 0; i < 200; i++) {
                              int number = random.nextInt(blocks);
                              assertThat(read(number)).isEqualTo(block(number));
                            }
                            return null;
                          }))
              .toList();
      for (var one : all) one.get();
    }
  }

  @Test
  void readsUpToTheEndAndIntoTheMiddleOfABuffer() throws IOException {
    write(1);
    var bytes = ByteBuffer.allocate(BLOCK + 100).position(10);
    assertThat(file.read(bytes, 0)).isEqualTo(BLOCK);
    assertThat(bytes.position()).isEqualTo(10 + BLOCK);
    assertThat(bytes.getInt(10 + BLOCK - 4)).isEqualTo(0);
    assertThat(file.read(bytes, BLOCK)).isEqualTo(-1);
    assertThat(bytes.position()).isEqualTo(10 + BLOCK);
    assertThat(file.read(ByteBuffer.allocate(0), 0)).isEqualTo(0);
  }

  @Test
  void whatWasCutOffIsGone() throws IOException {
    write(2);
    file.truncate(BLOCK);
    assertThat(file.size()).isEqualTo(BLOCK);
    assertThat(read(0)).isEqualTo(block(0));
    assertThat(read(1).hasRemaining()).isFalse();
  }

  @Test
  void aDirectBufferIsFilledAsWell() throws IOException {
    write(2);
    var direct = ByteBuffer.allocateDirect(BLOCK);
    assertThat(file.read(direct, BLOCK)).isEqualTo(BLOCK);
    assertThat(direct.flip()).isEqualTo(block(1));
  }

  @Test
  void nobodyReadsAClosedFile() throws IOException {
    write(1);
    file.close();
    assertThatThrownBy(() -> read(0)).isInstanceOf(IOException.class);
  }
}
