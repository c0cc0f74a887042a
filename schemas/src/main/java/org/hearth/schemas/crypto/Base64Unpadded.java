package org.hearth.schemas.crypto;

import java.util.Base64;

/// [Unpadded Base64](https://spec.matrix.org/v1.19/appendices/#unpadded-base64). Decoding takes
/// padding as well: "When decoding Base64, implementations SHOULD accept input with or without
/// padding characters wherever possible".
public final class Base64Unpadded {
  private static final Base64.Encoder STANDARD = Base64.getEncoder().withoutPadding();
  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();

  private Base64Unpadded() {}

  public static String encode(byte[] bytes) {
    return STANDARD.encodeToString(bytes);
  }

  public static String encodeUrlSafe(byte[] bytes) {
    return URL_SAFE.encodeToString(bytes);
  }

  /// @throws IllegalArgumentException if the text is not in the standard alphabet
  public static byte[] decode(String text) {
    return Base64.getDecoder().decode(withoutPadding(text));
  }

  /// @throws IllegalArgumentException if the text is not in the URL-safe alphabet
  public static byte[] decodeUrlSafe(String text) {
    return Base64.getUrlDecoder().decode(withoutPadding(text));
  }

  private static String withoutPadding(String text) {
    int end = text.length();
    while (end > 0 && end > text.length() - 2 && text.charAt(end - 1) == '=') end--;
    return text.substring(0, end);
  }
}
