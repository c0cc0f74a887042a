package org.hearth.schemas.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  record Body(
      @JsonProperty("user_id") UserId userId,
      String reason,
      Integer count,
      List<String> names,
      Map<UserId, Integer> levels,
      ObjectNode content) {}

  @Test
  void recordsHoldIdentifiersAlsoAsKeys() throws MalformedJson {
    Body body =
        read(
            """
            {"user_id":"@a:b","levels":{"@c:d":3},"names":["x"],"content":{"k":1},"unknown":true}
            """);

    assertThat(body.userId()).isEqualTo(new UserId("@a:b"));
    assertThat(body.levels()).containsExactly(Map.entry(new UserId("@c:d"), 3));
    assertThat(body.reason()).isNull();
    assertThat(new String(Json.write(body), UTF_8))
        .isEqualTo(
            """
            {"user_id":"@a:b","names":["x"],"levels":{"@c:d":3},"content":{"k":1}}""");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user_id\":1}",
        "{\"user_id\":\"nobody\"}",
        "{\"reason\":1}",
        "{\"reason\":true}",
        "{\"count\":\"1\"}",
        "{\"count\":1.5}",
        "{\"count\":99999999999}",
        "{\"names\":\"x\"}",
        "{\"names\":[1]}",
        "{\"content\":[]}",
        "[]"
      })
  void valuesAreNeverCoerced(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(MalformedJson.class, e -> assertThat(e.isJson()).isTrue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":1,\"a\":2}",
        "{} {}",
        "{}x",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{'a':1}",
        "{\"a\":1,}",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "{\"\\ud800\":1}",
        "\"raw\u0001control\"",
        "1e400",
        "1e1000000000",
        "1e-1000000000",
        "\"\\x\""
      })
  void whatOthersMayReadDifferentlyIsRefused(String json) {
    assertThatThrownBy(() -> Json.parse(json.getBytes(UTF_8)))
        .isInstanceOfSatisfying(MalformedJson.class, e -> assertThat(e.isJson()).isFalse());
  }

  @Test
  void brokenUtf8IsRefused() {
    byte[] truncated = {'"', (byte) 0xE2, (byte) 0x82, '"'};
    byte[] overlong = {'"', (byte) 0xC0, (byte) 0x80, '"'};
    byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};

    for (byte[] bytes : List.of(truncated, overlong, surrogate)) {
      assertThatThrownBy(() -> Json.parse(bytes)).isInstanceOf(MalformedJson.class);
    }
  }

  @Test
  void nestingIsBounded() throws MalformedJson {
    assertThat(Json.parse(nested(Json.MAX_DEPTH)).isArray()).isTrue();
    assertThatThrownBy(() -> Json.parse(nested(Json.MAX_DEPTH + 1)))
        .isInstanceOf(MalformedJson.class);
    assertThatThrownBy(() -> Json.parse(nested(1_000_000))).isInstanceOf(MalformedJson.class);
    assertThat(Json.parse(nested(7), 7).isArray()).isTrue();
    assertThatThrownBy(() -> Json.parse(nested(8), 7))
        .isInstanceOfSatisfying(MalformedJson.class, e -> assertThat(e.isJson()).isTrue());
  }

  @Test
  void longNumbersAreRefused() {
    assertThatThrownBy(() -> Json.parse("9".repeat(100_000).getBytes(UTF_8)))
        .isInstanceOf(MalformedJson.class);
  }

  /// Rooms of the first versions hold what Python reads: integers of up to 4,300 digits.
  @Test
  void integersOfOldRoomsAreRead() throws MalformedJson {
    String longest = "9".repeat(4_300);

    assertThat(Json.parse(longest.getBytes(UTF_8)).bigIntegerValue()).hasToString(longest);
    assertThatThrownBy(() -> Json.parse((longest + "9").getBytes(UTF_8)))
        .isInstanceOf(MalformedJson.class);
  }

  @Test
  void nullCharacterIsOrdinaryText() throws MalformedJson {
    assertThat(Json.parse("\"a\\u0000b\"".getBytes(UTF_8)).textValue()).isEqualTo("a\0b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.50", "1e2", "-0.0", "1E+05", "1e-00007", "0.10", "100000000000000000000000000"})
  void numbersKeepTheCharactersTheyWereWrittenWith(String number) throws MalformedJson {
    String json = "{\"n\":[" + number + "]}";

    assertThat(new String(Json.write(Json.parseObject(json.getBytes(UTF_8))), UTF_8))
        .isEqualTo(json);
  }

  @Test
  void messagesShowNoContent() {
    assertThatThrownBy(() -> read("{\"count\":\"secret words\"}"))
        .hasMessageNotContaining("secret")
        .hasMessageContaining("count");
    assertThatThrownBy(() -> Json.parse("{\"a\":\"secret\"secret}".getBytes(UTF_8)))
        .hasMessageNotContaining("secret");
  }

  private static Body read(String json) throws MalformedJson {
    return Json.read(json.getBytes(UTF_8), Body.class);
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
  }
}
