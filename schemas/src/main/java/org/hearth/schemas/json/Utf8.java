package org.hearth.schemas.json;

/// Strict UTF-8. The JSON parser lets overlong forms pass, which other servers read differently or
/// not at all.
final class Utf8 {
  private Utf8() {}

  /// Whether the bytes are well-formed by table 3-7 of the Unicode standard.
  static boolean isWellFormed(byte[] bytes) {
    int i = 0;
    while (i < bytes.length) {
      int first = bytes[i++];
      if (first >= 0) continue;
      int more = continuationBytes(first & 0xFF);
      if (more == 0 || i + more > bytes.length) return false;
      if (!isGoodSecond(first & 0xFF, bytes[i] & 0xFF)) return false;
      for (int end = i + more; i < end; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return false;
      }
    }
    return true;
  }

  private static int continuationBytes(int first) {
    if (first >= 0xC2 && first <= 0xDF) return 1;
    if (first >= 0xE0 && first <= 0xEF) return 2;
    return first >= 0xF0 && first <= 0xF4 ? 3 : 0;
  }

  /// Rules out overlong forms, surrogates and what lies beyond U+10FFFF.
  private static boolean isGoodSecond(int first, int second) {
    return switch (first) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }
}
