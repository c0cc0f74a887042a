package org.hearth.storage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.hearth.engine.media.MediaItem.SealedFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFilesTest {
  @TempDir Path directory;
  private SealedFiles files;

  @BeforeEach
  void open() throws IOException {
    files = new SealedFiles(directory, new SecureRandom());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 300_000})
  void readsBackWhatWasWritten(int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);

    var file = files.write(new ByteArrayInputStream(bytes));

    assertThat(file.length()).isEqualTo(length);
    try (var plain = files.open(file)) {
      assertThat(plain.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void theDiskHoldsNoPlaintext() throws IOException {
    var words = "what a person wrote ".repeat(100);
    var file = files.write(new ByteArrayInputStream(words.getBytes(StandardCharsets.UTF_8)));

    assertThat(new String(Files.readAllBytes(path(file)), StandardCharsets.ISO_8859_1))
        .doesNotContain("person");
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    var file = files.write(new ByteArrayInputStream(new byte[200_000]));
    byte[] sealed = Files.readAllBytes(path(file));
    sealed[150_000] ^= 1;
    Files.write(path(file), sealed);

    assertThatThrownBy(() -> readAll(file)).isInstanceOf(IOException.class);
  }

  @Test
  void aFileCutAtAChunkIsNoticed() throws IOException {
    var file = files.write(new ByteArrayInputStream(new byte[131_072]));
    byte[] sealed = Files.readAllBytes(path(file));
    Files.write(path(file), Arrays.copyOf(sealed, 4 + 12 + 65_536 + 16));

    assertThatThrownBy(() -> readAll(file)).isInstanceOf(IOException.class);
  }

  @Test
  void aSourceThatBreaksOffLeavesNothing() throws IOException {
    var broken =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (left == 0) throw new IOException("gone");
            left--;
            return 1;
          }
        };

    assertThatThrownBy(() -> files.write(broken)).hasMessage("gone");
    try (var all = Files.walk(directory)) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private void readAll(SealedFile file) throws IOException {
    try (var plain = files.open(file)) {
      plain.readAllBytes();
    }
  }

  private Path path(SealedFile file) {
    return directory.resolve(file.name().substring(0, 2)).resolve(file.name());
  }
}
