package org.hearth.server;

import java.util.EnumMap;
import java.util.Map;
import org.hearth.client.http.ClientFace;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.RateLimits;
import org.hearth.client.http.RequestThreads;
import org.hearth.client.http.Routes;
import org.hearth.client.http.TokenCheck;
import org.hearth.server.config.Config;

/// The face to clients. Everything under `/_matrix/client`, `/_matrix/media`, `/_synapse` and
/// `/.well-known` is in one table of routes; a listener shows the part that its APIs name.
final class ClientParts {
  private final Basics basics;
  private final Routes routes = new Routes();
  private final RequestThreads threads;
  private final RateLimits rates;

  ClientParts(Basics basics) {
    Config config = basics.config();
    this.basics = basics;
    this.threads =
        new RequestThreads(
            config.limits().concurrentRequests(),
            config.limits().queuedRequests(),
            config.limits().syncWaiters());
    this.rates = new RateLimits(rates(config.rateLimits()), basics.clock(), basics.budget());
  }

  private static Map<RateClass, RateLimits.Rate> rates(Config.RateLimits limits) {
    var rates = new EnumMap<RateClass, RateLimits.Rate>(RateClass.class);
    if (!limits.enabled()) return rates;
    for (RateClass one : RateClass.values()) {
      if (one == RateClass.UNLIMITED) continue;
      Config.Rate rate = limits.of(Config.RateClass.valueOf(one.name()));
      rates.put(one, new RateLimits.Rate(rate.perSecond(), rate.burst()));
    }
    return rates;
  }

  /// Where endpoints are mounted, before {@link #face}.
  Routes routes() {
    return routes;
  }

  /// For endpoints that count by something else than the caller.
  RateLimits rates() {
    return rates;
  }

  /// For endpoints that wait.
  RequestThreads threads() {
    return threads;
  }

  Face face(TokenCheck tokens) {
    long buffered = (long) basics.config().limits().bufferedBodiesMegabytes() << 20;
    var limits = new ClientFace.Limits(buffered, basics.config().clients().accessTokenInQuery());
    return new ClientFace(routes, tokens, rates, threads, limits, basics.metrics())::handle;
  }
}
