package org.hearth.federation.client;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.hearth.schemas.id.ServerName;

/// A server name taken apart for connecting to it.
///
/// @param host in lower case; brackets of an IPv6 literal included
/// @param port the port that was written, if any
/// @param literal the address, if the host is one rather than a DNS name
record HostName(String host, OptionalInt port, Optional<InetAddress> literal) {

  /// Empty if `name` is not a server name that can be connected to.
  static Optional<HostName> parse(String name) {
    return ServerName.tryParse(name).flatMap(HostName::of);
  }

  static Optional<HostName> of(ServerName name) {
    String host = name.host().toLowerCase(Locale.ROOT);
    OptionalInt port = name.port();
    if (port.isPresent() && port.getAsInt() == 0) return Optional.empty();
    Optional<InetAddress> literal = Optional.empty();
    if (name.isIpLiteral()) {
      literal = address(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      if (literal.isEmpty()) return Optional.empty();
    }
    return Optional.of(new HostName(host, port, literal));
  }

  /// The name as it goes into the `Host` header: host, and port where the name has one.
  String authority() {
    return port.isPresent() ? host + ":" + port.getAsInt() : host;
  }

  private static Optional<InetAddress> address(String literal) {
    try {
      return Optional.of(InetAddress.ofLiteral(literal));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
