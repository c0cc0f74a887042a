package org.hearth.client.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Percent-decoding of path segments and query parts, after they were split: an encoded `/` belongs
/// to its segment.
final class PercentCoding {
  private PercentCoding() {}

  /// Decodes strictly: 400 `M_INVALID_PARAM` for broken escapes, bytes that are not UTF-8, and
  /// U+0000, which no identifier has and not every database can compare.
  ///
  /// @param plusIsSpace `+` means a space in a query, and itself in a path
  static String decode(String raw, boolean plusIsSpace) {
    if (raw.indexOf('%') < 0 && (!plusIsSpace || raw.indexOf('+') < 0) && isAscii(raw)) {
      return raw;
    }
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= raw.length()) {
          throw broken();
        }
        int high = Character.digit(raw.charAt(i + 1), 16);
        int low = Character.digit(raw.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw broken();
        }
        bytes.write(high * 16 + low);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
      } else if (c < 0x80) {
        bytes.write(c);
      } else {
        // The request line holds only ASCII; whatever else arrives was not encoded.
        throw broken();
      }
    }
    try {
      ByteBuffer encoded = ByteBuffer.wrap(bytes.toByteArray());
      String decoded = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
      if (decoded.indexOf('\0') >= 0) {
        throw broken();
      }
      return decoded;
    } catch (CharacterCodingException e) {
      throw broken();
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static RequestError broken() {
    return RequestError.invalidParam("The address holds a broken percent-encoding");
  }
}
