package org.hearth.federation.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartStreamTest {
  /// Gives at most `chunk` bytes at a time, as a network does.
  private static MultipartStream stream(String body, int chunk) {
    InputStream slow =
        new ByteArrayInputStream(body.getBytes(ISO_8859_1)) {
          @Override
          public int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(length, chunk));
          }
        };
    return new MultipartStream(slow, "b0und");
  }

  private static String rest(InputStream in) throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100_000})
  void readsPartsThatLookLikeDelimiters(int chunk) throws IOException {
    String file = "--b0un\r\n--b0un\r\r\n--b0und\n--b0und--" + "x".repeat(40_000) + "\r\n-";
    // A delimiter followed by no line break is one all the same, so the file must not hold a whole
    // one.
    file = file.replace("\r\n--b0und\n", "\r\n--b0un\n");
    MultipartStream parts =
        stream(
            "--b0und\r\nContent-Type: application/json\r\n\r\n{}\r\n--b0und\r\n"
                + "content-type:image/png\r\nContent-Disposition: inline; filename=\"a:b\"\r\n\r\n"
                + file
                + "\r\n--b0und--\r\nafter",
            chunk);
    assertThat(parts.nextPart()).contains(Map.of("content-type", "application/json"));
    assertThat(rest(parts)).isEqualTo("{}");
    assertThat(parts.nextPart())
        .contains(
            Map.of("content-type", "image/png", "content-disposition", "inline; filename=\"a:b\""));
    assertThat(rest(parts)).isEqualTo(file);
    assertThat(parts.nextPart()).isEmpty();
    assertThat(rest(parts)).isEmpty();
  }

  @Test
  void readsPreambleEmptyPartsAndPartsWithoutHeaders() throws IOException {
    MultipartStream parts =
        stream("preamble\r\n--b0und  \r\n\r\n\r\n--b0und\r\n\r\nx\r\n--b0und--", 5);
    assertThat(parts.nextPart()).contains(Map.of());
    assertThat(rest(parts)).isEmpty();
    assertThat(parts.nextPart()).contains(Map.of());
    assertThat(rest(parts)).isEqualTo("x");
  }

  @Test
  void refusesBodiesThatBreakOff() throws IOException {
    MultipartStream parts = stream("--b0und\r\n\r\nhalf", 5);
    parts.nextPart();
    assertThatThrownBy(() -> rest(parts)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stream("--b0und\r\nHeader", 5).nextPart())
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> stream("--b0und\r\n" + "x".repeat(20_000), 500).nextPart())
        .isInstanceOf(IOException.class);
  }

  @Test
  void findsTheBoundary() {
    assertThat(MultipartStream.boundary("multipart/mixed; boundary=abc")).contains("abc");
    assertThat(MultipartStream.boundary("Multipart/Mixed;charset=x; Boundary=\"a b\""))
        .contains("a b");
    assertThat(MultipartStream.boundary("multipart/mixed")).isEmpty();
    assertThat(MultipartStream.boundary("text/plain; boundary=abc")).isEmpty();
  }
}
