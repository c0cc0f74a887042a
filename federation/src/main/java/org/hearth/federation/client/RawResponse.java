package org.hearth.federation.client;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An HTTP response as it came.
///
/// @param headers by lower-case name; the first value of each
public record RawResponse(int status, Map<String, String> headers, byte[] body) {
  public RawResponse {
    headers = Map.copyOf(headers);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  public boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> header("Location").isPresent();
      default -> false;
    };
  }
}
