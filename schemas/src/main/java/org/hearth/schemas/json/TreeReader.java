package org.hearth.schemas.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/// Builds a tree from a parser, keeping the characters of floats and refusing text that has no
/// UTF-8 form. Recursion is bounded by the parser's nesting limit.
final class TreeReader {
  /// Beyond this exponent a number is infinite or zero as binary64, and as a big decimal it is a
  /// way to waste memory.
  private static final int MAX_EXPONENT_DIGITS = 3;

  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

  private final JsonParser parser;
  private final int maxDepth;

  TreeReader(JsonParser parser, int maxDepth) {
    this.parser = parser;
    this.maxDepth = maxDepth;
  }

  /// Nested deeper than the caller takes.
  static final class TooDeep extends IOException {
    private static final long serialVersionUID = 1;
  }

  /// One whole document.
  JsonNode readDocument() throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) throw new JsonParseException(parser, "no content");
    JsonNode tree = read(first);
    if (parser.nextToken() != null) throw new JsonParseException(parser, "text after the end");
    return tree;
  }

  private JsonNode read(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> readObject();
      case START_ARRAY -> readArray();
      case VALUE_STRING -> NODES.textNode(encodable(parser.getText()));
      case VALUE_NUMBER_INT -> readInteger();
      case VALUE_NUMBER_FLOAT -> readFloat();
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new JsonParseException(parser, "unexpected " + token);
    };
  }

  private void checkDepth() throws IOException {
    if (parser.getParsingContext().getNestingDepth() > maxDepth) throw new TooDeep();
  }

  private ObjectNode readObject() throws IOException {
    checkDepth();
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int before = object.size();
      object.set(encodable(name), read(parser.nextToken()));
      // Other servers may take the first of them.
      if (object.size() == before)
        throw new JsonParseException(parser, "a key that is there twice");
    }
    return object;
  }

  private ArrayNode readArray() throws IOException {
    checkDepth();
    ArrayNode array = NODES.arrayNode();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      array.add(read(t));
    }
    return array;
  }

  private JsonNode readInteger() throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private JsonNode readFloat() throws IOException {
    String lexeme = parser.getText();
    if (exponentDigits(lexeme) > MAX_EXPONENT_DIGITS
        || Double.isInfinite(Double.parseDouble(lexeme))) {
      throw new JsonParseException(parser, "a number is out of range");
    }
    return new FloatNode(lexeme);
  }

  /// Without leading zeros, which are only longer to write.
  private static int exponentDigits(String lexeme) {
    int e = Math.max(lexeme.indexOf('e'), lexeme.indexOf('E'));
    if (e < 0) return 0;
    int first = e + 1;
    char sign = lexeme.charAt(first);
    if (sign == '+' || sign == '-') first++;
    while (first < lexeme.length() && lexeme.charAt(first) == '0') first++;
    return lexeme.length() - first;
  }

  private String encodable(String text) throws IOException {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) continue;
      boolean paired =
          Character.isHighSurrogate(unit)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!paired) throw new JsonParseException(parser, "an unpaired surrogate");
      i++;
    }
    return text;
  }
}
