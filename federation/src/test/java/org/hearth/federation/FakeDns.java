package org.hearth.federation;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.hearth.federation.client.Dns;

/// Name servers that know what a test tells them.
public final class FakeDns implements Dns {
  private final Map<String, List<InetAddress>> addresses = new HashMap<>();
  private final Map<String, List<Service>> services = new HashMap<>();
  public final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch answering = new CountDownLatch(0);

  public FakeDns address(String host, String... literals) {
    addresses.put(host, List.of(literals).stream().map(InetAddress::ofLiteral).toList());
    return this;
  }

  public FakeDns service(String name, Service... records) {
    services.put(name, List.of(records));
    return this;
  }

  /// From now on questions wait until [#goOn].
  public void pause() {
    answering = new CountDownLatch(1);
  }

  public void goOn() {
    answering.countDown();
  }

  private void await() {
    try {
      answering.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Answer<InetAddress> addresses(String host) {
    await();
    asked.add(host);
    return new Answer<>(addresses.getOrDefault(host, List.of()), Duration.ofMinutes(1));
  }

  @Override
  public Answer<Service> services(String name) {
    await();
    asked.add(name);
    return new Answer<>(services.getOrDefault(name, List.of()), Duration.ofMinutes(1));
  }
}
