package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A [server name](https://spec.matrix.org/v1.19/appendices/#server-name): a DNS name, an IPv4
/// address or an IPv6 address in brackets, each with an optional port. Compared by its exact text,
/// as the specification does.
///
/// @param value for example `example.org`, `example.org:8448`, `1.2.3.4:80`, `[::1]:8448`
public record ServerName(@JsonValue String value) implements Comparable<ServerName> {
  public ServerName {
    Grammar.require(value, "server name", problem(value));
  }

  @JsonCreator
  public static ServerName parse(String value) {
    return new ServerName(value);
  }

  public static Optional<ServerName> tryParse(String value) {
    return problem(value) == null ? Optional.of(new ServerName(value)) : Optional.empty();
  }

  /// Without the port; an IPv6 address keeps its brackets.
  public String host() {
    int end = hostEnd(value);
    return end < value.length() ? value.substring(0, end) : value;
  }

  public OptionalInt port() {
    int end = hostEnd(value);
    return end < value.length()
        ? OptionalInt.of(Integer.parseInt(value.substring(end + 1)))
        : OptionalInt.empty();
  }

  public boolean isIpLiteral() {
    return value.charAt(0) == '[' || looksLikeIpv4(host());
  }

  @Override
  public int compareTo(ServerName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  static @Nullable String problem(String value) {
    if (value.isEmpty()) return "the server name is empty";
    if (value.length() > Grammar.MAX_BYTES) return "the server name is longer than 255 bytes";
    int end = hostEnd(value);
    String host = end < value.length() ? value.substring(0, end) : value;
    String hostProblem = value.charAt(0) == '[' ? ipv6Problem(host) : dnsProblem(host);
    if (hostProblem != null || end == value.length()) return hostProblem;
    return value.charAt(end) == ':' ? portProblem(value.substring(end + 1)) : "text after ]";
  }

  private static int hostEnd(String value) {
    int end = value.charAt(0) == '[' ? value.indexOf(']') + 1 : value.indexOf(':');
    return end <= 0 ? value.length() : end;
  }

  /// The DNS grammar also covers IPv4 addresses.
  private static @Nullable String dnsProblem(String host) {
    if (host.isEmpty()) return "the host is empty";
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean good = isAlphanumeric(c) || c == '-' || c == '.';
      if (!good) return "the host may hold only letters, digits, - and .";
    }
    return null;
  }

  private static @Nullable String ipv6Problem(String host) {
    boolean closed = host.endsWith("]") && host.length() >= 4 && host.length() <= 47;
    if (!closed) return "an IPv6 address is 2 to 45 characters in brackets";
    for (int i = 1; i < host.length() - 1; i++) {
      char c = host.charAt(i);
      boolean good = Character.digit(c, 16) >= 0 && c < 128 || c == ':' || c == '.';
      if (!good) return "an IPv6 address holds only hexadecimal digits, : and .";
    }
    return null;
  }

  private static @Nullable String portProblem(String port) {
    boolean digits = !port.isEmpty() && port.length() <= 5;
    for (int i = 0; digits && i < port.length(); i++) {
      digits = port.charAt(i) >= '0' && port.charAt(i) <= '9';
    }
    if (!digits) return "the port must be 1 to 5 digits";
    return Integer.parseInt(port) <= 65535 ? null : "the port is above 65535";
  }

  private static boolean looksLikeIpv4(String host) {
    return host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
  }

  private static boolean isAlphanumeric(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
  }
}
