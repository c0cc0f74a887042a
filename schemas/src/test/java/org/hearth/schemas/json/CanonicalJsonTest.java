package org.hearth.schemas.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.hearth.schemas.SpecVectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
  static List<JsonNode> vectors() {
    return SpecVectors.of("canonical_json");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void examplesOfTheSpecification(JsonNode vector) throws MalformedJson {
    JsonNode input = Json.parse(vector.get("input").asText().getBytes(UTF_8));

    assertThat(CanonicalJson.encode(input)).asString().isEqualTo(vector.get("canonical").asText());
  }

  /// "lexicographically sorted by Unicode codepoint": U+FF5E comes before U+1F600, although the
  /// UTF-16 units of the latter are smaller.
  @Test
  void keysAreSortedByCodePointNotByUtf16Unit() {
    ObjectNode object = Json.object().put("\uD83D\uDE00", 1).put("\uFF5E", 2).put("a", 3);

    assertThat(text(CanonicalJson.encode(object)))
        .isEqualTo("{\"a\":3,\"\uFF5E\":2,\"\uD83D\uDE00\":1}");
  }

  @Test
  void theOrderOfKeysIsTheOrderOfTheirUtf8Bytes() {
    RandomGenerator random = random(1);
    for (int i = 0; i < 20_000; i++) {
      String a = randomText(random);
      String b = random.nextInt(4) == 0 ? a + randomText(random) : randomText(random);

      assertThat(Integer.signum(CanonicalJson.compareCodePoints(a, b)))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8))));
    }
  }

  @Test
  void onlyWhatMustBeEscapedIs() throws MalformedJson {
    JsonNode input = parse("\"\\u0000\\u001f\\u007f\\/\\b\\t\\n\\f\\r\\\"\\\\é\"");

    assertThat(text(CanonicalJson.encode(input)))
        .isEqualTo("\"\\u0000\\u001f\u007f/\\b\\t\\n\\f\\r\\\"\\\\é\"");
  }

  @Test
  void whatIsEncodedReadsBackTheSame() throws Exception {
    RandomGenerator random = random(2);
    for (int i = 0; i < 3_000; i++) {
      JsonNode tree = randomTree(random, 4);
      byte[] bytes = CanonicalJson.encodeStrict(tree);

      assertThat(Json.parse(bytes)).isEqualTo(tree);
      assertThat(CanonicalJson.encodeStrict(Json.parse(bytes))).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.0", "1e3", "-0.0", "0.5", "9007199254740992", "-9007199254740992", "1e-5"})
  void strictFormRefusesFractionsExponentsAndLargeIntegers(String number) throws MalformedJson {
    JsonNode input = parse("{\"n\":[" + number + "]}");

    assertThatThrownBy(() -> CanonicalJson.encodeStrict(input)).isInstanceOf(NotCanonical.class);
  }

  @ParameterizedTest
  @CsvSource({
    "9007199254740991, 9007199254740991",
    "-9007199254740991, -9007199254740991",
    "-0, 0",
    "0, 0"
  })
  void strictFormTakesIntegersUpToTwoToThe53(String number, String canonical) throws Exception {
    assertThat(text(CanonicalJson.encodeStrict(parse(number)))).isEqualTo(canonical);
  }

  /// "The shortest UTF-8 JSON encoding": what is written is its own canonical form, also where
  /// binary64 rounds to an integer.
  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e10, 10000000000",
    "-0.0, 0",
    "1.00000000000000000001, 1",
    "5e-648, 0",
    "-5e-648, 0",
    "0.5, 0.5",
    "2251799813685249.5, 2251799813685249.5",
    "9007199254740993.5, 9007199254740994"
  })
  void aFloatWithAnIntegralValueIsWrittenAsThatInteger(String read, String written)
      throws MalformedJson {
    assertThat(text(CanonicalJson.encode(parse(read)))).isEqualTo(written);
    assertThat(text(CanonicalJson.encode(parse(written)))).isEqualTo(written);
  }

  /// What `json.dumps(json.loads(x))` gives.
  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0",
    "1.50, 1.5",
    "1e2, 100.0",
    "1E+2, 100.0",
    "-0.0, -0.0",
    "0e5, 0.0",
    "1e0002, 100.0",
    "1e-00005, 1e-05",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1.5e-7, 1.5e-07",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "123456789012345678.0, 1.2345678901234568e+17",
    "1e22, 1e+22",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "5e-324, 5e-324",
    "2e-323, 2e-323",
    "0.1, 0.1",
    "100000000000000000000000000, 100000000000000000000000000",
    "-12345678901234567890, -12345678901234567890"
  })
  void oldRoomVersionsWriteNumbersAsPythonDoes(String read, String written) throws MalformedJson {
    assertThat(text(CanonicalJson.encodeLikePython(parse(read)))).isEqualTo(written);
  }

  private static JsonNode parse(String json) throws MalformedJson {
    return Json.parse(json.getBytes(UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static JsonNode randomTree(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> Json.toTree(random.nextInt());
      case 1 -> Json.toTree(random.nextLong(1L << 33, CanonicalJson.MAX_INTEGER));
      case 2 -> Json.toTree(random.nextBoolean());
      case 3 -> Json.array().addNull().get(0);
      case 4 -> Json.toTree(randomText(random));
      case 5 -> {
        ObjectNode object = Json.object();
        for (int i = random.nextInt(6); i > 0; i--) {
          object.set(randomText(random), randomTree(random, depth - 1));
        }
        yield object;
      }
      default -> {
        var array = Json.array();
        for (int i = random.nextInt(6); i > 0; i--) array.add(randomTree(random, depth - 1));
        yield array;
      }
    };
  }

  /// From all the ranges that differ in how they are escaped, sorted or encoded.
  private static String randomText(RandomGenerator random) {
    int[][] ranges = {
      {0, 0x20},
      {0x20, 0x80},
      {0x80, 0x800},
      {0x800, 0xD800},
      {0xE000, 0x10000},
      {0x10000, 0x110000}
    };
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      int[] range = ranges[random.nextInt(ranges.length)];
      text.appendCodePoint(random.nextInt(range[0], range[1]));
    }
    return text.toString();
  }
}
