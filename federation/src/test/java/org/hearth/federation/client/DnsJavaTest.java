package org.hearth.federation.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsJavaTest {
  private final DnsJava dns = new DnsJava(new Random(1));

  /// Without asking anybody, so it works and is quick on a machine without a network.
  @Test
  void knowsTheMachineItself() throws Dns.DnsFailure {
    long start = System.nanoTime();
    assertThat(dns.addresses("localhost").values())
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
    assertThat(dns.addresses("a.localhost").values())
        .isNotEmpty()
        .allMatch(InetAddress::isLoopbackAddress);
    assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
  }

  @Test
  void namesThatCannotBeHaveNoAddress() throws Dns.DnsFailure {
    assertThat(dns.addresses("a..b").values()).isEmpty();
    assertThat(dns.services("_x._tcp." + "a".repeat(64)).values()).isEmpty();
  }
}
