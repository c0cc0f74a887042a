package org.hearth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class PayloadsTest {
  private final Payloads payloads = new Payloads();

  @Test
  void aContentIsAboutOneKilobyteOfRealBase64() {
    var content = payloads.content(Payloads.mark(1, 2, 3), "DEVICE");

    assertThat(content.toString().length()).isBetween(900, 1400);
    assertThat(Base64.getDecoder().decode(content.path("ciphertext").asText()))
        .hasSize(732)
        .startsWith(3);
  }

  @Test
  void theMarkIsFoundAgain() {
    String mark = Payloads.mark(3, 41, 9_000_000_000L);

    assertThat(Payloads.markOf(payloads.content(mark, "D").path("ciphertext").asText()))
        .isEqualTo(mark);
    assertThat(mark).hasSize(16);
  }

  @Test
  void aForeignCiphertextHasAnotherMark() {
    assertThat(Payloads.markOf("short")).isEqualTo("short");
  }
}
