package org.hearth.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.hearth.federation.XMatrix;

class XMatrixFuzzTest {
  /// A header is left out or read; one whose values need no escapes reads the same once written.
  @FuzzTest(maxDuration = "2m")
  void aHeaderIsLeftOutOrRead(byte[] data) {
    String text = new String(data, UTF_8);
    for (String header : List.of(text, "X-Matrix " + text)) {
      XMatrix read = XMatrix.parse(header).orElse(null);
      if (read == null) continue;
      boolean plain =
          Stream.of(
                  read.origin(),
                  read.key(),
                  read.signature(),
                  read.destination() == null ? "" : read.destination())
              .noneMatch(value -> value.contains("\"") || value.contains("\\"));
      if (plain && read.format().length() <= header.length())
        assertThat(XMatrix.parse(read.format())).contains(read);
    }
    assertThat(XMatrix.parseAll(List.of(text, text))).hasSizeLessThanOrEqualTo(2);
  }
}
