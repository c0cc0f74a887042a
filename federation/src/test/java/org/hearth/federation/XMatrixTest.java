package org.hearth.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XMatrixTest {
  private static final XMatrix EXPECTED =
      new XMatrix("origin.hs.example.com", "destination.hs.example.com", "ed25519:key1", "ABCDEF");

  /// The specification's example, then what the grammar of RFC 9110 allows besides.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Matrix origin=\"origin.hs.example.com\",destination=\"destination.hs.example.com\",key=\"ed25519:key1\",sig=\"ABCDEF\"",
        "X-Matrix origin=origin.hs.example.com,destination=destination.hs.example.com,key=\"ed25519:key1\",sig=\"ABCDEF\"",
        "x-matrix   origin = \"origin.hs.example.com\" , DESTINATION=\"destination.hs.example.com\",\tKey=ed25519:key1 ,sig=ABCDEF",
        "X-Matrix ,origin=\"origin.hs.example.com\",,destination=\"destination.hs.example.com\",key=\"ed25519:key1\",sig=\"ABC\\DEF\",unknown=\"a,b=\\\"c\\\"\"",
      })
  void readsEveryFormOfTheHeader(String header) {
    assertThat(XMatrix.parse(header)).contains(EXPECTED);
  }

  @Test
  void readsPortsAndAddressesWithoutQuotes() {
    assertThat(XMatrix.parse("X-Matrix origin=[::1]:8448,key=ed25519:1,sig=a/b+c"))
        .contains(new XMatrix("[::1]:8448", null, "ed25519:1", "a/b+c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "X-Matrix",
        "X-Matrix ",
        "Bearer abc",
        "X-Matrixorigin=a,key=b,sig=c",
        "X-Matrix origin=a,key=b",
        "X-Matrix origin=a,key=b,sig=",
        "X-Matrix origin=a,key=b,sig=\"c",
        "X-Matrix origin=a,key=b,sig=\"c\\",
        "X-Matrix origin=a key=b,sig=c",
        "X-Matrix origin=a,origin=b,key=b,sig=c",
        "X-Matrix origin=\"a\"b,key=b,sig=c",
        "X-Matrix =a,origin=a,key=b,sig=c",
        "X-Matrix origin",
      })
  void refusesMalformedHeaders(String header) {
    assertThat(XMatrix.parse(header)).isEmpty();
  }

  @Test
  void refusesVeryLongHeaders() {
    assertThat(XMatrix.parse("X-Matrix origin=a,key=b,sig=" + "c".repeat(5000))).isEmpty();
  }

  @Test
  void writesWhatItReads() {
    assertThat(XMatrix.parse(EXPECTED.format())).contains(EXPECTED);
    assertThat(EXPECTED.format()).startsWith("X-Matrix origin=\"origin.hs.example.com\",");
  }

  @Test
  void skipsHeadersOfOtherSchemes() {
    assertThat(XMatrix.parseAll(List.of("Bearer abc", EXPECTED.format())))
        .containsExactly(EXPECTED);
  }
}
