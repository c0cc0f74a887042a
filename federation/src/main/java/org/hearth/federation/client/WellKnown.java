package org.hearth.federation.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/// `https://<host>/.well-known/matrix/server`: the delegation of a server name, cached.
///
/// Follows at most five redirects, all of them to `https`; reads at most 50 kB. "Servers should
/// respect the cache control headers present on the response, or use a sensible default when
/// headers are not present. The recommended sensible default is 24 hours. Servers should
/// additionally impose a maximum cache time for responses: 48 hours is recommended. Errors are
/// recommended to be cached for up to an hour".
final class WellKnown {
  static final int MAX_BYTES = 50 * 1024;
  static final int MAX_REDIRECTS = 5;
  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);
  private static final Duration MAX_LIFETIME = Duration.ofHours(48);
  private static final Duration MIN_LIFETIME = Duration.ofMinutes(5);
  private static final Duration FIRST_ERROR_LIFETIME = Duration.ofMinutes(1);
  private static final Duration MAX_ERROR_LIFETIME = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Fetch fetch;
  private final InstantSource clock;
  private final Cache<String, Entry> cache;

  WellKnown(Fetch fetch, InstantSource clock, int maxEntries) {
    this.fetch = fetch;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .expireAfter(
                Expiry.writing((String host, Entry entry) -> MAX_LIFETIME.plus(MAX_ERROR_LIFETIME)))
            .build();
  }

  /// The delegation of `host`, a host name without port; empty if there is none or it could not be
  /// had.
  Optional<HostName> lookup(String host) {
    Entry known = cache.getIfPresent(host);
    Instant now = clock.instant();
    if (known != null && now.isBefore(known.refreshAt)) return known.delegation;
    Entry fresh = fetch(host, known, now);
    cache.put(host, fresh);
    return fresh.delegation;
  }

  private Entry fetch(String host, @org.jspecify.annotations.Nullable Entry known, Instant now) {
    try {
      URI uri = URI.create("https://" + host + "/.well-known/matrix/server");
      for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
        RawResponse response = fetch.get(uri, MAX_BYTES);
        if (response.isRedirect()) {
          URI next = uri.resolve(response.header("Location").orElse(""));
          if (!"https".equalsIgnoreCase(next.getScheme()) || next.getHost() == null) break;
          uri = next;
          continue;
        }
        if (response.status() != 200) break;
        Optional<HostName> delegation = parse(response.body());
        if (delegation.isEmpty()) break;
        return new Entry(delegation, now.plus(lifetime(response, now)), now.plus(MAX_LIFETIME), 0);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Falls through: "if the well-known request failed", discovery goes on without it.
    }
    int failures = known == null ? 1 : Math.min(known.failures + 1, 20);
    Instant refreshAt = now.plus(errorLifetime(failures));
    // A delegation that worked outlives a short outage of the web server, but no longer than a
    // fresh answer could.
    if (known != null && known.delegation.isPresent() && now.isBefore(known.usableUntil)) {
      return new Entry(known.delegation, refreshAt, known.usableUntil, failures);
    }
    return new Entry(Optional.empty(), refreshAt, refreshAt, failures);
  }

  private static Optional<HostName> parse(byte[] body) {
    try {
      JsonNode server = JSON.readTree(body).path("m.server");
      return server.isTextual() ? HostName.parse(server.textValue()) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Duration errorLifetime(int failures) {
    Duration lifetime = FIRST_ERROR_LIFETIME.multipliedBy(1L << Math.min(failures - 1, 10));
    return lifetime.compareTo(MAX_ERROR_LIFETIME) > 0 ? MAX_ERROR_LIFETIME : lifetime;
  }

  static Duration lifetime(RawResponse response, Instant now) {
    Duration wanted = wantedLifetime(response, now);
    if (wanted.compareTo(MIN_LIFETIME) < 0) return MIN_LIFETIME;
    return wanted.compareTo(MAX_LIFETIME) > 0 ? MAX_LIFETIME : wanted;
  }

  private static Duration wantedLifetime(RawResponse response, Instant now) {
    String control = response.header("Cache-Control").orElse("").toLowerCase(Locale.ROOT);
    for (String directive : control.split(",", -1)) {
      String text = directive.strip();
      if (text.equals("no-store") || text.equals("no-cache")) return Duration.ZERO;
      if (text.startsWith("max-age=")) {
        String seconds = text.substring("max-age=".length()).replace("\"", "");
        if (seconds.matches("[0-9]{1,9}")) return Duration.ofSeconds(Long.parseLong(seconds));
      }
    }
    Optional<String> expires = response.header("Expires");
    if (expires.isEmpty()) return DEFAULT_LIFETIME;
    try {
      Instant end =
          ZonedDateTime.parse(expires.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Duration.between(now, end);
    } catch (DateTimeParseException e) {
      // RFC 9111: an invalid date means "already expired".
      return Duration.ZERO;
    }
  }

  /// How a document is fetched; redirects are not followed.
  interface Fetch {
    RawResponse get(URI uri, int maxBytes) throws IOException;
  }

  private record Entry(
      Optional<HostName> delegation, Instant refreshAt, Instant usableUntil, int failures) {}
}
