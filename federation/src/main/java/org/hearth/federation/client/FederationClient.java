package org.hearth.federation.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.TrustManagerFactory;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// Asks other homeservers. Blocks, so call it from virtual threads, with no lock and no database
/// connection held.
///
/// ```
/// rules -> backoff -> permit -> discovery -> TLS connection -> signed request -> bounded answer
/// ```
public final class FederationClient implements AutoCloseable {
  private static final String USER_AGENT = "Hearth";
  private static final Duration DOCUMENT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_ERROR_TEXT = 500;
  private static final int MAX_STREAMS = 32;

  private final RequestSigner signer;
  private final PeerRules peers;
  private final AddressRules addresses;
  private final FederationLimits limits;
  private final Dns dns;
  private final Transport transport;
  private final Discovery discovery;
  private final Backoff backoff;
  private final Semaphore inAll;
  private final Semaphore streams;
  private final LoadingCache<ServerName, Semaphore> perDestination;

  /// @param trust the authorities of [TrustedAuthorities]
  /// @param random jitter only
  public FederationClient(
      Vertx vertx,
      RequestSigner signer,
      TrustManagerFactory trust,
      PeerRules peers,
      AddressRules addresses,
      FederationLimits limits,
      Dns dns,
      InstantSource clock,
      RandomGenerator random) {
    this.signer = signer;
    this.peers = peers;
    this.addresses = addresses;
    this.limits = limits;
    this.dns = dns;
    this.transport = new Transport(vertx, trust, limits.connectTimeout());
    int remembered = limits.rememberedDestinations();
    WellKnown wellKnown = new WellKnown(this::document, clock, remembered);
    this.discovery = new Discovery(dns, wellKnown, addresses, clock, remembered);
    this.backoff =
        new Backoff(clock, random, limits.firstBackoff(), limits.longestBackoff(), remembered);
    this.inAll = new Semaphore(limits.concurrentInAll());
    this.streams = new Semaphore(MAX_STREAMS);
    // Weak values: a semaphore somebody holds is never replaced by a second one.
    this.perDestination =
        Caffeine.newBuilder()
            .weakValues()
            .build(server -> new Semaphore(limits.concurrentPerDestination()));
  }

  /// Asks with the default limits.
  ///
  /// @param path from `/_matrix` on, escaped, with query
  public FederationReply get(ServerName server, String path) {
    return send(server, HttpMethod.GET, path, null, options());
  }

  public FederationReply get(ServerName server, String path, Options options) {
    return send(server, HttpMethod.GET, path, null, options);
  }

  public FederationReply put(ServerName server, String path, JsonNode body) {
    return send(server, HttpMethod.PUT, path, body, options());
  }

  public FederationReply put(ServerName server, String path, JsonNode body, Options options) {
    return send(server, HttpMethod.PUT, path, body, options);
  }

  public FederationReply post(ServerName server, String path, JsonNode body) {
    return send(server, HttpMethod.POST, path, body, options());
  }

  public FederationReply post(ServerName server, String path, JsonNode body, Options options) {
    return send(server, HttpMethod.POST, path, body, options);
  }

  public Options options() {
    return new Options(limits.requestTimeout(), limits.maxResponseBytes(), false, true);
  }

  /// The other side showed life: an authenticated request came from it.
  public void alive(ServerName server) {
    backoff.alive(server.value());
  }

  /// The other side answers, but wants nothing of us: it is left alone for a while, as if it did
  /// not answer.
  public void avoid(ServerName server) {
    backoff.failed(server.value());
  }

  /// Until when `server` is left alone because it did not answer; empty if it may be asked.
  public Optional<Instant> backingOffUntil(ServerName server) {
    return backoff.until(server.value());
  }

  /// Whether the configuration lets this server speak with `server`, in either direction.
  public boolean mayTalkTo(ServerName server) {
    return peers.allows(server);
  }

  /// @param timeout from the wait for a permit to the last byte
  /// @param maxBytes of the answer
  /// @param despiteBackoff also while the server is left alone: somebody waits for this very answer
  /// @param signed whether to authenticate the request
  public record Options(Duration timeout, int maxBytes, boolean despiteBackoff, boolean signed) {
    public Options withTimeout(Duration value) {
      return new Options(value, maxBytes, despiteBackoff, signed);
    }

    public Options withMaxBytes(int value) {
      return new Options(timeout, value, despiteBackoff, signed);
    }

    public Options evenIfBackingOff() {
      return new Options(timeout, maxBytes, true, signed);
    }

    public Options unsigned() {
      return new Options(timeout, maxBytes, despiteBackoff, false);
    }
  }

  private FederationReply send(
      ServerName server, HttpMethod method, String path, @Nullable JsonNode body, Options options) {
    return switch (exchange(server, method, path, body, options)) {
      case Exchange.Response(RawResponse response) -> reply(response);
      case Exchange.Failed(FederationReply.Failed failed) -> failed;
    };
  }

  /// Sends a request and gives the answer as it came.
  Exchange exchange(
      ServerName server, HttpMethod method, String path, @Nullable JsonNode body, Options options) {
    if (!peers.allows(server) || server.equals(signer.origin())) {
      return failed(FederationReply.Cause.BLOCKED, "This server does not speak with that one.");
    }
    if (!options.despiteBackoff() && backoff.until(server.value()).isPresent()) {
      return failed(FederationReply.Cause.BACKING_OFF, "The server did not answer lately.");
    }
    long start = System.nanoTime();
    Semaphore permits = perDestination.get(server);
    if (!acquire(permits, options.timeout())) return busy();
    try {
      Duration left = options.timeout().minusNanos(System.nanoTime() - start);
      if (!acquire(inAll, left)) return busy();
      try {
        left = options.timeout().minusNanos(System.nanoTime() - start);
        return permitted(server, method, path, body, options.withTimeout(left));
      } finally {
        inAll.release();
      }
    } finally {
      permits.release();
    }
  }

  private Exchange permitted(
      ServerName server, HttpMethod method, String path, @Nullable JsonNode body, Options options) {
    long start = System.nanoTime();
    return switch (discovery.resolve(server.value(), options.timeout())) {
      case Route.Outcome.Found(Route route) -> {
        Duration left = options.timeout().minusNanos(System.nanoTime() - start);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("User-Agent", USER_AGENT);
        headers.put("Accept", "application/json, multipart/mixed");
        if (body != null) headers.put("Content-Type", "application/json");
        if (options.signed()) {
          headers.put("Authorization", signer.authorization(method.name(), path, server, body));
        }
        byte[] bytes = body == null ? null : Json.write(body);
        yield exchange(
            server,
            route,
            new Transport.Request(method, path, headers, bytes, options.maxBytes(), left));
      }
      case Route.Outcome.NotFound(String reason) -> {
        backoff.failed(server.value());
        yield failed(FederationReply.Cause.UNRESOLVABLE, reason);
      }
      case Route.Outcome.Refused(String reason) -> failed(FederationReply.Cause.BLOCKED, reason);
    };
  }

  private Exchange exchange(ServerName server, Route route, Transport.Request request) {
    try {
      RawResponse response = transport.exchange(route, request);
      if (response.status() >= 500) backoff.failed(server.value());
      else backoff.alive(server.value());
      return new Exchange.Response(response);
    } catch (Transport.TooLarge e) {
      return failed(FederationReply.Cause.UNUSABLE, "The answer is too large.");
    } catch (SocketTimeoutException e) {
      return unreachable(server, FederationReply.Cause.TIMED_OUT, "No answer in time.");
    } catch (IOException e) {
      return unreachable(server, FederationReply.Cause.UNREACHABLE, reason(e));
    }
  }

  private Exchange unreachable(ServerName server, FederationReply.Cause cause, String reason) {
    backoff.failed(server.value());
    discovery.forget(server.value());
    return failed(cause, reason);
  }

  /// Asks for something large, which is read as it comes. Whoever gets it closes it; few can be
  /// open at a time.
  ///
  /// @throws IOException with a sentence that says why there is no answer
  public StreamedResponse open(ServerName server, String path, Options options) throws IOException {
    if (!peers.allows(server) || server.equals(signer.origin())) {
      throw new IOException("This server does not speak with that one.");
    }
    Route route =
        switch (discovery.resolve(server.value(), options.timeout())) {
          case Route.Outcome.Found(Route found) -> found;
          case Route.Outcome.NotFound(String reason) -> throw new IOException(reason);
          case Route.Outcome.Refused(String reason) -> throw new IOException(reason);
        };
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("User-Agent", USER_AGENT);
    if (options.signed()) {
      headers.put("Authorization", signer.authorization("GET", path, server, null));
    }
    return stream(route, path, headers, options);
  }

  /// Like [#open], for any address of the web that another server named.
  public StreamedResponse open(URI uri, Options options) throws IOException {
    return stream(webRoute(uri), target(uri), Map.of("User-Agent", USER_AGENT), options);
  }

  private StreamedResponse stream(
      Route route, String path, Map<String, String> headers, Options options) throws IOException {
    if (!acquire(streams, options.timeout())) throw new IOException("Too many downloads are open.");
    try {
      Transport.Request request =
          new Transport.Request(
              HttpMethod.GET, path, headers, null, options.maxBytes(), options.timeout());
      return transport.stream(route, request).andThen(streams::release);
    } catch (IOException | RuntimeException e) {
      streams.release();
      throw e;
    }
  }

  /// Fetches a document from the web: no signature, no server discovery, but the same address
  /// rules.
  RawResponse document(URI uri, int maxBytes) throws IOException {
    return transport.exchange(
        webRoute(uri),
        new Transport.Request(
            HttpMethod.GET,
            target(uri),
            Map.of("User-Agent", USER_AGENT, "Accept", "*/*"),
            null,
            maxBytes,
            DOCUMENT_TIMEOUT));
  }

  private static String target(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private Route webRoute(URI uri) throws IOException {
    if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IOException("only https is fetched");
    }
    HostName host =
        HostName.parse(uri.getHost()).orElseThrow(() -> new IOException("not a host name"));
    int port = uri.getPort() < 0 ? 443 : uri.getPort();
    try {
      List<InetAddress> found =
          host.literal().isPresent()
              ? List.of(host.literal().get())
              : dns.addresses(host.host()).values();
      List<Route.Target> targets =
          found.stream()
              .filter(addresses::allows)
              .map(address -> new Route.Target(address, port))
              .toList();
      if (targets.isEmpty()) throw new IOException("the name leads to no allowed address");
      String authority = uri.getPort() < 0 ? host.host() : host.host() + ":" + port;
      String certificateName = host.literal().map(InetAddress::getHostAddress).orElse(host.host());
      return new Route(targets, authority, certificateName);
    } catch (Dns.DnsFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// The same as for a JSON request, of an answer that was read by other means.
  public static FederationReply reply(RawResponse response) {
    boolean good = response.status() >= 200 && response.status() < 300;
    try {
      JsonNode body = Json.parse(response.body());
      return good ? new FederationReply.Answered(body) : refused(response, body);
    } catch (MalformedJson e) {
      if (!good) return refused(response, Json.object());
      return new FederationReply.Failed(
          FederationReply.Cause.UNUSABLE, "The answer is not JSON that can be used.");
    }
  }

  private static FederationReply refused(RawResponse response, JsonNode body) {
    String code = body.path("errcode").asText("M_UNKNOWN");
    String error = body.path("error").asText("");
    if (error.length() > MAX_ERROR_TEXT) error = error.substring(0, MAX_ERROR_TEXT);
    return new FederationReply.Refused(
        response.status(), code, error, body, retryAfter(response, body));
  }

  private static Optional<Duration> retryAfter(RawResponse response, JsonNode body) {
    if (response.status() != 429) return Optional.empty();
    long millis = body.path("retry_after_ms").asLong(-1);
    if (millis < 0) {
      String seconds = response.header("Retry-After").orElse("");
      millis = seconds.matches("[0-9]{1,6}") ? Long.parseLong(seconds) * 1000 : 5000;
    }
    return Optional.of(Duration.ofMillis(Math.min(millis, Duration.ofHours(1).toMillis())));
  }

  private static String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof javax.net.ssl.SSLException) return "Its certificate cannot be trusted.";
    }
    return "No connection to it.";
  }

  private static boolean acquire(Semaphore permits, Duration wait) {
    try {
      return permits.tryAcquire(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Exchange busy() {
    return failed(FederationReply.Cause.BUSY, "Too many requests to it are under way.");
  }

  private static Exchange failed(FederationReply.Cause cause, String reason) {
    return new Exchange.Failed(new FederationReply.Failed(cause, reason));
  }

  @Override
  public void close() {
    transport.close();
  }

  /// An answer of any status, or none.
  sealed interface Exchange {
    record Response(RawResponse response) implements Exchange {}

    record Failed(FederationReply.Failed failed) implements Exchange {}
  }
}
