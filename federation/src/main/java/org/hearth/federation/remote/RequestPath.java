package org.hearth.federation.remote;

import java.nio.charset.StandardCharsets;

/// Builds a path and query, each part escaped.
final class RequestPath {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final StringBuilder text;
  private boolean inQuery;

  private RequestPath(String fixed) {
    this.text = new StringBuilder(fixed);
  }

  /// @param fixed from `/_matrix/federation` on, without a slash at the end
  static RequestPath v1(String fixed, Object... segments) {
    return of("/_matrix/federation/v1/" + fixed, segments);
  }

  static RequestPath v2(String fixed, Object... segments) {
    return of("/_matrix/federation/v2/" + fixed, segments);
  }

  static RequestPath of(String fixed, Object... segments) {
    RequestPath path = new RequestPath(fixed);
    for (Object segment : segments) {
      path.text.append('/');
      path.escape(segment.toString());
    }
    return path;
  }

  RequestPath query(String name, Object value) {
    text.append(inQuery ? '&' : '?');
    inQuery = true;
    escape(name);
    text.append('=');
    escape(value.toString());
    return this;
  }

  private void escape(String part) {
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && UNRESERVED.indexOf(b) >= 0) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
      }
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
