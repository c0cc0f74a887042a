package org.hearth.schemas.id;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the identifier grammars have in common. Each `problem` method answers null for a good
/// value.
final class Grammar {
  /// The length of every identifier, sigil and domain included, in bytes of UTF-8.
  static final int MAX_BYTES = 255;

  private Grammar() {}

  static String require(String value, String kind, @Nullable String problem) {
    if (problem == null) return value;
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "Not a %s: %s (%s)", kind, shown(value), problem));
  }

  /// Sigil, length and the code points that no identifier may contain.
  static @Nullable String commonProblem(String value, char sigil) {
    if (value.isEmpty() || value.charAt(0) != sigil) return "it must start with " + sigil;
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (unit == 0) return "it contains U+0000";
      if (!Character.isSurrogate(unit)) continue;
      boolean paired =
          Character.isHighSurrogate(unit)
              && i + 1 < value.length()
              && Character.isLowSurrogate(value.charAt(i + 1));
      if (!paired) return "it contains an unpaired surrogate";
      i++;
    }
    return tooLong(value) ? "it is longer than 255 bytes" : null;
  }

  /// As `commonProblem`, and a server name after the first colon.
  static @Nullable String domainProblem(String value, char sigil) {
    String common = commonProblem(value, sigil);
    if (common != null) return common;
    int colon = value.indexOf(':');
    if (colon < 0) return "it has no :server";
    return ServerName.problem(value.substring(colon + 1));
  }

  private static boolean tooLong(String value) {
    // A UTF-16 unit takes at most three bytes, so most values need no encoding to be measured.
    if (value.length() * 3 <= MAX_BYTES) return false;
    return value.length() > MAX_BYTES || value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  private static String shown(String value) {
    String start = value.length() <= 80 ? value : value.substring(0, 80) + "…";
    return '"' + start.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?") + '"';
  }
}
