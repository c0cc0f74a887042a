package org.hearth.federation.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// [Resolving server
/// names](https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names); the methods are
/// that section's steps.
///
/// An answer is kept for as long as the DNS records that it stands on, at least ten seconds and at
/// most five minutes; a failure for ten seconds.
///
/// Each step waits for a name server or a web server of its own. Nobody waits for all of them: a
/// look-up goes on by itself, once for all who want the same name, and what it finds in the end is
/// there for the next request.
final class Discovery {
  /// How long one request waits for a look-up at most.
  static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int MAX_UNDER_WAY = 200;
  static final int DEFAULT_PORT = 8448;
  private static final int MAX_TARGETS = 8;
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Dns dns;
  private final WellKnown wellKnown;
  private final AddressRules rules;
  private final Cache<String, Cached> cache;

  /// Look-ups that go on at this moment; few, see [#MAX_UNDER_WAY].
  private final ConcurrentMap<String, CompletableFuture<Cached>> underWay =
      new ConcurrentHashMap<>();

  Discovery(Dns dns, WellKnown wellKnown, AddressRules rules, InstantSource clock, int maxEntries) {
    this.dns = dns;
    this.wellKnown = wellKnown;
    this.rules = rules;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .expireAfter(Expiry.writing((String name, Cached cached) -> cached.lifetime))
            .build();
  }

  /// Where requests for `serverName` go.
  ///
  /// @param patience how long to wait for all steps together, if that is shorter than usual
  Route.Outcome resolve(String serverName, Duration patience) {
    Cached known = cache.getIfPresent(serverName);
    if (known != null) return known.outcome;
    Duration wait = patience.compareTo(PATIENCE) < 0 ? patience : PATIENCE;
    try {
      return underWay(serverName).get(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS).outcome;
    } catch (TimeoutException e) {
      return new Route.Outcome.NotFound("Discovery did not end in time.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Route.Outcome.NotFound("Discovery was interrupted.");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private CompletableFuture<Cached> underWay(String serverName) {
    CompletableFuture<Cached> mine = new CompletableFuture<>();
    CompletableFuture<Cached> other = underWay.putIfAbsent(serverName, mine);
    if (other != null) return other;
    if (underWay.size() > MAX_UNDER_WAY) {
      underWay.remove(serverName, mine);
      mine.complete(failed(new Route.Outcome.NotFound("Too many servers are looked for.")));
      return mine;
    }
    Thread.ofVirtual().name("discover-" + serverName).start(() -> finish(serverName, mine));
    return mine;
  }

  private void finish(String serverName, CompletableFuture<Cached> waited) {
    try {
      Cached fresh = lookup(serverName);
      cache.put(serverName, fresh);
      // Before anybody goes on: who asks again later must not find this one.
      underWay.remove(serverName, waited);
      waited.complete(fresh);
    } catch (RuntimeException | Error e) {
      underWay.remove(serverName, waited);
      waited.completeExceptionally(e);
    }
  }

  /// Forgets what is known of `serverName`, because its addresses did not answer.
  void forget(String serverName) {
    cache.invalidate(serverName);
  }

  private Cached lookup(String serverName) {
    Optional<HostName> name = HostName.parse(serverName);
    if (name.isEmpty()) return failed(new Route.Outcome.NotFound("Not a server name."));
    try {
      return resolve(name.get());
    } catch (Dns.DnsFailure e) {
      return failed(new Route.Outcome.NotFound("DNS did not answer."));
    }
  }

  private Cached resolve(HostName name) throws Dns.DnsFailure {
    // 1, 2: an IP literal, or an explicit port.
    if (name.literal().isPresent() || name.port().isPresent()) return direct(name);
    // 3: delegation by the well-known document, whose value is resolved by the same steps.
    Optional<HostName> delegated = wellKnown.lookup(name.host());
    HostName target = delegated.orElse(name);
    // 3.1, 3.2
    if (target.literal().isPresent() || target.port().isPresent()) return direct(target);
    // 3.3, 3.4 and 4, 5: SRV; "_matrix._tcp" is deprecated.
    for (String service : List.of("_matrix-fed._tcp.", "_matrix._tcp.")) {
      Dns.Answer<Dns.Service> services = services(service + target.host());
      if (!services.values().isEmpty()) return service(target, services);
    }
    // 3.5 and 6
    return direct(target);
  }

  /// A failing SRV look-up does not end discovery: many name servers answer unknown types with
  /// errors.
  private Dns.Answer<Dns.Service> services(String name) {
    try {
      return dns.services(name);
    } catch (Dns.DnsFailure e) {
      return new Dns.Answer<>(List.of(), SHORTEST);
    }
  }

  private Cached direct(HostName name) throws Dns.DnsFailure {
    int port = name.port().orElse(DEFAULT_PORT);
    Dns.Answer<InetAddress> addresses =
        name.literal().isPresent()
            ? new Dns.Answer<>(List.of(name.literal().get()), LONGEST)
            : dns.addresses(name.host());
    List<Route.Target> targets =
        addresses.values().stream().map(address -> new Route.Target(address, port)).toList();
    return found(name, targets, addresses.lifetime());
  }

  private Cached service(HostName name, Dns.Answer<Dns.Service> services) {
    List<Route.Target> targets = new ArrayList<>();
    Duration lifetime = services.lifetime();
    for (Dns.Service service : services.values()) {
      if (targets.size() >= MAX_TARGETS) break;
      try {
        Dns.Answer<InetAddress> addresses = dns.addresses(service.target());
        addresses.values().forEach(a -> targets.add(new Route.Target(a, service.port())));
        if (addresses.lifetime().compareTo(lifetime) < 0) lifetime = addresses.lifetime();
      } catch (Dns.DnsFailure e) {
        // The next record may have an answer.
      }
    }
    return found(name, targets, lifetime);
  }

  private Cached found(HostName name, List<Route.Target> targets, Duration lifetime) {
    if (targets.isEmpty()) return failed(new Route.Outcome.NotFound("The name has no address."));
    List<Route.Target> allowed =
        targets.stream().filter(t -> rules.allows(t.address())).limit(MAX_TARGETS).toList();
    if (allowed.isEmpty()) {
      return failed(new Route.Outcome.Refused("The name leads to addresses that are not public."));
    }
    String certificateName = name.literal().map(InetAddress::getHostAddress).orElse(name.host());
    Route route = new Route(allowed, name.authority(), certificateName);
    return new Cached(new Route.Outcome.Found(route), bounded(lifetime));
  }

  private static Cached failed(Route.Outcome outcome) {
    return new Cached(outcome, SHORTEST);
  }

  private static Duration bounded(Duration lifetime) {
    if (lifetime.compareTo(SHORTEST) < 0) return SHORTEST;
    return lifetime.compareTo(LONGEST) > 0 ? LONGEST : lifetime;
  }

  private record Cached(Route.Outcome outcome, Duration lifetime) {}
}
