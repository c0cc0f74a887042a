package org.hearth.federation.client;

import java.util.List;
import java.util.Locale;
import org.hearth.schemas.id.ServerName;

/// Which servers are spoken with at all, in either direction. Entries are server names, or
/// `*.example.org` for the names below one; compared by host without port, in any case.
///
/// @param allowed only these, unless empty
/// @param denied none of these
public record PeerRules(List<String> allowed, List<String> denied) {
  public static final PeerRules ALL = new PeerRules(List.of(), List.of());

  public PeerRules {
    allowed = allowed.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList();
    denied = denied.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList();
  }

  public boolean allows(ServerName server) {
    String name = server.value().toLowerCase(Locale.ROOT);
    String host = server.host().toLowerCase(Locale.ROOT);
    if (matches(denied, name, host)) return false;
    return allowed.isEmpty() || matches(allowed, name, host);
  }

  private static boolean matches(List<String> entries, String name, String host) {
    return entries.stream()
        .anyMatch(
            entry ->
                entry.startsWith("*.")
                    ? host.endsWith(entry.substring(1))
                    : entry.equals(name) || entry.equals(host));
  }
}
