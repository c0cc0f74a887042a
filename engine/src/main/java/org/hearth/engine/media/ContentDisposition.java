package org.hearth.engine.media;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

///
/// [`Content-Disposition`](https://spec.matrix.org/v1.19/client-server-api/#serving-inline-content):
/// `inline` only for types that browsers show without running them.
public final class ContentDisposition {
  private static final Set<String> INLINE =
      Set.of(
          "text/css",
          "text/plain",
          "text/csv",
          "application/json",
          "application/ld+json",
          "image/jpeg",
          "image/gif",
          "image/png",
          "image/apng",
          "image/webp",
          "image/avif",
          "video/mp4",
          "video/webm",
          "video/ogg",
          "video/quicktime",
          "audio/mp4",
          "audio/webm",
          "audio/aac",
          "audio/mpeg",
          "audio/ogg",
          "audio/wave",
          "audio/wav",
          "audio/x-wav",
          "audio/x-pn-wav",
          "audio/flac",
          "audio/x-flac");

  private static final int MAX_NAME = 255;
  private static final Pattern EXTENDED = Pattern.compile("filename\\*=(?i:utf-8)''([^;]+)");
  private static final Pattern QUOTED = Pattern.compile("filename=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern TOKEN = Pattern.compile("filename=([^;\"\\s]+)");

  private ContentDisposition() {}

  /// @param fileName null for none
  public static String of(String contentType, @Nullable String fileName) {
    var disposition = INLINE.contains(withoutParameters(contentType)) ? "inline" : "attachment";
    if (fileName == null || fileName.isEmpty()) return disposition;
    var name = fileName.substring(0, Math.min(fileName.length(), MAX_NAME));
    boolean simple = name.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"\\;%".indexOf(c) < 0);
    return simple
        ? disposition + "; filename=" + name
        : disposition
            + "; filename*=utf-8''"
            + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// `text/plain` for `Text/Plain; charset=utf-8`.
  static String withoutParameters(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /// The file name in a header of another server.
  static Optional<String> fileName(String header) {
    var extended = EXTENDED.matcher(header);
    if (extended.find()) {
      try {
        return Optional.of(
            URLDecoder.decode(
                extended.group(1).strip().replace("+", "%2B"), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    var quoted = QUOTED.matcher(header);
    if (quoted.find()) return Optional.of(quoted.group(1).replaceAll("\\\\(.)", "$1"));
    var token = TOKEN.matcher(header);
    return token.find() ? Optional.of(token.group(1)) : Optional.empty();
  }
}
