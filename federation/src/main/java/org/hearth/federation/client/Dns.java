package org.hearth.federation.client;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// The questions that discovery asks the domain name system. Implementations block.
public interface Dns {

  /// The A and AAAA records of `host`, CNAMEs followed; empty when there are none.
  ///
  /// @throws DnsFailure if no server answered, which is not the same as "there are none"
  Answer<InetAddress> addresses(String host) throws DnsFailure;

  /// The SRV records of `name`, in the order in which they are to be tried; empty when there are
  /// none.
  ///
  /// @throws DnsFailure if no server answered
  Answer<Service> services(String name) throws DnsFailure;

  /// @param lifetime how long the answer may be kept
  record Answer<T>(List<T> values, Duration lifetime) {
    public Answer {
      values = List.copyOf(values);
    }
  }

  /// One SRV record, without its priority and weight, which the order of the answer expresses.
  record Service(String target, int port) {}

  /// The name servers did not answer, or answered with a failure.
  final class DnsFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public DnsFailure(String message) {
      super(message);
    }
  }
}
