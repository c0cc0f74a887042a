package org.hearth.federation.client;

import java.net.InetAddress;
import java.util.List;

/// Where requests for one server go, as
/// [discovery](https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names) found it.
///
/// @param targets addresses in the order in which they are to be tried, never empty
/// @param hostHeader value of the `Host` header; also says the certificate's name
/// @param certificateName host name or IP address (without brackets) for which the certificate must
///   be valid
record Route(List<Target> targets, String hostHeader, String certificateName) {
  Route {
    targets = List.copyOf(targets);
  }

  /// One place to connect to.
  record Target(InetAddress address, int port) {}

  /// What discovery says about a server name.
  sealed interface Outcome {
    record Found(Route route) implements Outcome {}

    /// @param reason a sentence for logs and error answers; names no address
    record NotFound(String reason) implements Outcome {}

    /// The name leads only to addresses that the configuration refuses.
    record Refused(String reason) implements Outcome {}
  }
}
