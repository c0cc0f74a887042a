package org.hearth.schemas.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/// [Canonical JSON](https://spec.matrix.org/v1.19/appendices/#canonical-json): "the shortest UTF-8
/// JSON encoding with dictionary keys lexicographically sorted by Unicode codepoint". What is
/// hashed and signed is this form.
///
/// Three forms differ only in the numbers they take:
///
/// | form | numbers | for |
/// |---|---|---|
/// | `encode` | any; a float with an integral value is written as that integer, as in the specification's examples | signed JSON |
/// | `encodeStrict` | integers in [-(2^53)+1, (2^53)-1], else `NotCanonical` | events of room version 6 and later |
/// | `encodeLikePython` | any; floats as Python writes them, which is what the network hashes | events of room versions 1 to 5 |
public final class CanonicalJson {
  /// The largest integer of canonical JSON, and the smallest with its sign changed.
  public static final long MAX_INTEGER = (1L << 53) - 1;

  private static final BigInteger LARGEST = BigInteger.valueOf(MAX_INTEGER);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final NumberForm numbers;
  private byte[] bytes = new byte[1024];
  private int length;

  private CanonicalJson(NumberForm numbers) {
    this.numbers = numbers;
  }

  public static byte[] encode(JsonNode tree) {
    return encodeAny(tree, NumberForm.INTEGRAL_AS_INTEGER);
  }

  public static byte[] encodeLikePython(JsonNode tree) {
    return encodeAny(tree, NumberForm.PYTHON);
  }

  public static byte[] encodeStrict(JsonNode tree) throws NotCanonical {
    return new CanonicalJson(NumberForm.STRICT).write(tree);
  }

  /// Whether the number may stand in canonical JSON: an integer, not too large.
  public static boolean isCanonicalInteger(JsonNode number) {
    return number.isInt()
        || number.isIntegralNumber() && number.bigIntegerValue().abs().compareTo(LARGEST) <= 0;
  }

  private static byte[] encodeAny(JsonNode tree, NumberForm numbers) {
    try {
      return new CanonicalJson(numbers).write(tree);
    } catch (NotCanonical e) {
      throw new AssertionError("this form refuses no number", e);
    }
  }

  private byte[] write(JsonNode tree) throws NotCanonical {
    value(tree);
    return Arrays.copyOf(bytes, length);
  }

  private void value(JsonNode node) throws NotCanonical {
    switch (node.getNodeType()) {
      case OBJECT -> object((ObjectNode) node);
      case ARRAY -> array(node);
      case STRING -> string(node.textValue());
      case NUMBER -> ascii(numbers.write(node));
      case BOOLEAN -> ascii(node.booleanValue() ? "true" : "false");
      case NULL -> ascii("null");
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("JSON has no " + node.getNodeType());
    }
  }

  private void object(ObjectNode node) throws NotCanonical {
    Map.Entry<String, JsonNode>[] fields = sortedFields(node);
    put('{');
    for (int i = 0; i < fields.length; i++) {
      if (i > 0) put(',');
      string(fields[i].getKey());
      put(':');
      value(fields[i].getValue());
    }
    put('}');
  }

  private void array(JsonNode node) throws NotCanonical {
    put('[');
    for (int i = 0; i < node.size(); i++) {
      if (i > 0) put(',');
      value(node.get(i));
    }
    put(']');
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Map.Entry<String, JsonNode>[] sortedFields(ObjectNode node) {
    Map.Entry<String, JsonNode>[] fields = new Map.Entry[node.size()];
    Iterator<Map.Entry<String, JsonNode>> all = node.properties().iterator();
    for (int i = 0; i < fields.length; i++) fields[i] = all.next();
    Arrays.sort(fields, (a, b) -> compareCodePoints(a.getKey(), b.getKey()));
    return fields;
  }

  /// The order of UTF-8 bytes. `String.compareTo` compares UTF-16 units, where surrogates (U+10000
  /// and above) wrongly come before U+E000 to U+FFFF.
  static int compareCodePoints(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x == y) continue;
      boolean xIsHigh = Character.isSurrogate(x);
      boolean yIsHigh = Character.isSurrogate(y);
      return xIsHigh == yIsHigh ? Character.compare(x, y) : xIsHigh ? 1 : -1;
    }
    return Integer.compare(a.length(), b.length());
  }

  private void string(String text) {
    put('"');
    for (int i = plain(text); i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        asciiCharacter(c);
      } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | c & 0x3F);
      } else if (Character.isSurrogate(c)) {
        supplementary(text.codePointAt(i));
        i++;
      } else {
        put(0xE0 | c >> 12);
        put(0x80 | c >> 6 & 0x3F);
        put(0x80 | c & 0x3F);
      }
    }
    put('"');
  }

  /// Writes the characters up to the first that is not written as it is, and returns its index:
  /// nearly all text of events is a single such run.
  private int plain(String text) {
    int size = text.length();
    if (bytes.length - length < size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + 2 * size));
    }
    byte[] to = bytes;
    int at = length;
    int i = 0;
    for (; i < size; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') break;
      to[at++] = (byte) c;
    }
    length = at;
    return i;
  }

  private void supplementary(int codePoint) {
    if (!Character.isSupplementaryCodePoint(codePoint)) {
      throw new IllegalArgumentException("an unpaired surrogate has no UTF-8 form");
    }
    put(0xF0 | codePoint >> 18);
    put(0x80 | codePoint >> 12 & 0x3F);
    put(0x80 | codePoint >> 6 & 0x3F);
    put(0x80 | codePoint & 0x3F);
  }

  private void asciiCharacter(char c) {
    switch (c) {
      case '"', '\\' -> escape(c);
      case '\b' -> escape('b');
      case '\t' -> escape('t');
      case '\n' -> escape('n');
      case '\f' -> escape('f');
      case '\r' -> escape('r');
      default -> {
        if (c >= ' ') {
          put(c);
        } else {
          ascii("\\u00");
          put(HEX[c >> 4]);
          put(HEX[c & 0xF]);
        }
      }
    }
  }

  private void escape(char c) {
    put('\\');
    put(c);
  }

  private void ascii(String text) {
    for (int i = 0; i < text.length(); i++) put(text.charAt(i));
  }

  private void put(int b) {
    if (length == bytes.length) bytes = Arrays.copyOf(bytes, 2 * length);
    bytes[length++] = (byte) b;
  }
}
