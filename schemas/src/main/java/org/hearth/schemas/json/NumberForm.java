package org.hearth.schemas.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;

/// How canonical JSON writes a number.
enum NumberForm {
  STRICT {
    @Override
    String write(JsonNode number) throws NotCanonical {
      if (CanonicalJson.isCanonicalInteger(number)) return number.asText();
      throw new NotCanonical(
          number.isIntegralNumber()
              ? "an integer beyond 2^53 - 1"
              : "a number with a fraction or an exponent");
    }
  },

  INTEGRAL_AS_INTEGER {
    @Override
    String write(JsonNode number) {
      if (number.isIntegralNumber()) return number.asText();
      BigDecimal exact = new BigDecimal(number.asText()).stripTrailingZeros();
      if (exact.scale() <= 0) return exact.toPlainString();
      // So near to an integer that it is one as binary64, and would be one when it is read again.
      BigDecimal rounded = shortest(number.doubleValue());
      return rounded.scale() <= 0 ? rounded.toPlainString() : python(number.doubleValue());
    }
  },

  PYTHON {
    @Override
    String write(JsonNode number) {
      return number.isIntegralNumber() ? number.asText() : python(number.doubleValue());
    }
  };

  abstract String write(JsonNode number) throws NotCanonical;

  /// Python's `repr`: the shortest digits that give the same binary64 back, plain for 1e-4 <= |x| <
  /// 1e16, otherwise with an exponent of a sign and at least two digits; always recognisable as a
  /// float.
  static String python(double value) {
    if (value == 0) return 1 / value < 0 ? "-0.0" : "0.0";
    BigDecimal shortest = shortest(value);
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = shortest.unscaledValue().abs().toString();
    StringBuilder text = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) text.append('.').append(digits, 1, digits.length());
    text.append(exponent < 0 ? "e-" : "e+");
    if (Math.abs(exponent) < 10) text.append('0');
    return text.append(Math.abs(exponent)).toString();
  }

  /// Java gives at least two digits, which matters for the smallest numbers: 4.9E-324 is 5e-324.
  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal single = digits.round(new MathContext(1));
    return single.doubleValue() == value ? single : digits;
  }
}
