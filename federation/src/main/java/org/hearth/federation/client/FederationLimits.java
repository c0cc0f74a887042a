package org.hearth.federation.client;

import java.time.Duration;

/// Bounds of outgoing federation traffic.
///
/// @param connectTimeout TCP and TLS, per address
/// @param requestTimeout from the first connection attempt to the last byte, unless the caller says
///   otherwise
/// @param maxResponseBytes of a JSON answer, unless the caller says otherwise
/// @param concurrentPerDestination requests under way to one server; others wait for up to
///   `requestTimeout`
/// @param concurrentInAll requests under way to all servers
/// @param firstBackoff after the first failure of a destination
/// @param longestBackoff that is never exceeded
/// @param rememberedDestinations entries of the discovery, delegation and backoff caches
public record FederationLimits(
    Duration connectTimeout,
    Duration requestTimeout,
    int maxResponseBytes,
    int concurrentPerDestination,
    int concurrentInAll,
    Duration firstBackoff,
    Duration longestBackoff,
    int rememberedDestinations) {

  public static final FederationLimits DEFAULT =
      new FederationLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          64 << 20,
          6,
          256,
          Duration.ofSeconds(1),
          Duration.ofMinutes(30),
          20_000);
}
