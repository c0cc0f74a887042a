package org.hearth.schemas.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/// A number with a fraction or an exponent that keeps the characters it was written with: room
/// versions 1 to 5 allow such numbers in events, and other servers hash what they read.
final class FloatNode extends NumericNode {
  private static final long serialVersionUID = 1;

  private final String lexeme;

  FloatNode(String lexeme) {
    this.lexeme = lexeme;
  }

  @Override
  public boolean isFloatingPointNumber() {
    return true;
  }

  @Override
  public boolean isBigDecimal() {
    return true;
  }

  @Override
  public String asText() {
    return lexeme;
  }

  @Override
  public double doubleValue() {
    return Double.parseDouble(lexeme);
  }

  @Override
  public float floatValue() {
    return (float) doubleValue();
  }

  @Override
  public BigDecimal decimalValue() {
    return new BigDecimal(lexeme);
  }

  @Override
  public Number numberValue() {
    return decimalValue();
  }

  @Override
  public BigInteger bigIntegerValue() {
    return decimalValue().toBigInteger();
  }

  @Override
  public long longValue() {
    return decimalValue().longValue();
  }

  @Override
  public int intValue() {
    return decimalValue().intValue();
  }

  @Override
  public boolean canConvertToInt() {
    double value = doubleValue();
    return value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE;
  }

  @Override
  public boolean canConvertToLong() {
    double value = doubleValue();
    return value >= Long.MIN_VALUE && value < Long.MAX_VALUE;
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public JsonParser.NumberType numberType() {
    return JsonParser.NumberType.BIG_DECIMAL;
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeNumber(lexeme);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatNode node && lexeme.equals(node.lexeme);
  }

  @Override
  public int hashCode() {
    return lexeme.hashCode();
  }
}
