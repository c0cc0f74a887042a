package org.hearth.federation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One `Authorization: X-Matrix` value: [request
/// authentication](https://spec.matrix.org/v1.19/server-server-api/#request-authentication).
///
/// Reads what the specification's grammar allows and what older servers send: names of parameters
/// in any case, values quoted or not (then they may contain colons and slashes), optional white
/// space around commas, unknown parameters.
///
/// @param origin the server that signed
/// @param destination the server it was signed for; null when absent, which only servers before
///   v1.3 leave out
/// @param key ID of the signing key, like `ed25519:1`
/// @param signature unpadded Base64
public record XMatrix(String origin, @Nullable String destination, String key, String signature) {
  private static final String SCHEME = "x-matrix";
  private static final int MAX_LENGTH = 4096;

  /// Reads one header value; empty if it is not of this scheme or lacks a parameter.
  public static Optional<XMatrix> parse(String header) {
    if (header.length() > MAX_LENGTH) return Optional.empty();
    String text = header.strip();
    if (text.length() <= SCHEME.length()
        || !text.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)
        || !isSpace(text.charAt(SCHEME.length()))) {
      return Optional.empty();
    }
    return parameters(text.substring(SCHEME.length()))
        .flatMap(
            values -> {
              String origin = values.get("origin");
              String key = values.get("key");
              String signature = values.get("sig");
              if (origin == null || key == null || signature == null) return Optional.empty();
              return Optional.of(new XMatrix(origin, values.get("destination"), key, signature));
            });
  }

  /// Reads all header values; those that cannot be read are left out.
  public static List<XMatrix> parseAll(List<String> headers) {
    List<XMatrix> all = new ArrayList<>();
    headers.forEach(header -> parse(header).ifPresent(all::add));
    return all;
  }

  /// The header value. "For compatibility with older servers", without white space after commas and
  /// with all values quoted.
  public String format() {
    StringBuilder out = new StringBuilder("X-Matrix ");
    out.append("origin=\"").append(origin).append('"');
    if (destination != null) out.append(",destination=\"").append(destination).append('"');
    out.append(",key=\"").append(key).append('"');
    return out.append(",sig=\"").append(signature).append('"').toString();
  }

  private static Optional<Map<String, String>> parameters(String text) {
    Map<String, String> values = new HashMap<>();
    int at = 0;
    while (true) {
      at = skipSpaceAndCommas(text, at);
      if (at == text.length()) return Optional.of(values);
      int equals = text.indexOf('=', at);
      if (equals < 0) return Optional.empty();
      String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      if (!isToken(name)) return Optional.empty();
      at = skipSpace(text, equals + 1);
      StringBuilder value = new StringBuilder();
      at =
          at < text.length() && text.charAt(at) == '"'
              ? quoted(text, at + 1, value)
              : unquoted(text, at, value);
      if (at < 0 || values.putIfAbsent(name, value.toString()) != null) return Optional.empty();
      at = skipSpace(text, at);
      if (at < text.length() && text.charAt(at) != ',') return Optional.empty();
    }
  }

  /// Reads a quoted-string up to and with its closing quote; -1 if that is missing.
  private static int quoted(String text, int from, StringBuilder value) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') return at;
      if (c == '\\') {
        if (at == text.length()) return -1;
        c = text.charAt(at++);
      }
      value.append(c);
    }
    return -1;
  }

  private static int unquoted(String text, int from, StringBuilder value) {
    int at = from;
    while (at < text.length() && text.charAt(at) != ',' && !isSpace(text.charAt(at))) {
      if (text.charAt(at) == '"') return -1;
      value.append(text.charAt(at++));
    }
    return value.isEmpty() ? -1 : at;
  }

  private static boolean isToken(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
  }

  private static int skipSpaceAndCommas(String text, int from) {
    int at = from;
    while (at < text.length() && (isSpace(text.charAt(at)) || text.charAt(at) == ',')) at++;
    return at;
  }

  private static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) at++;
    return at;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
