package org.hearth.client.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.account.Passwords;
import org.hearth.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The face to clients: takes requests from a listener's event loops, and answers them.
///
/// On the event loop: find the route, check sizes, gather the body. On the request's own thread:
/// authenticate, limit, bind the body, call the handler. The answer is written on the event loop.
public final class ClientFace {
  private static final Logger LOG = LoggerFactory.getLogger(ClientFace.class);

  private final RouteTable table;
  private final Admission admission;
  private final RequestThreads threads;
  private final Limits limits;
  private final MeterRegistry metrics;

  /// Bounded by the routes and the few statuses that we answer with.
  private final Map<Answered, Timer> timers = new ConcurrentHashMap<>();

  private final AtomicLong bufferedBytes = new AtomicLong();
  private final AtomicLong requestCount = new AtomicLong();
  private final String requestPrefix = Long.toString(System.nanoTime() & 0xffffff, 36);

  /// @param routes with everything mounted
  public ClientFace(
      Routes routes,
      TokenCheck tokens,
      RateLimits rates,
      RequestThreads threads,
      Limits limits,
      MeterRegistry metrics) {
    this.table = new RouteTable(routes.mounted());
    this.admission = new Admission(tokens, rates, limits.queryTokensAllowed());
    this.threads = threads;
    this.limits = limits;
    this.metrics = metrics;
    metrics.gauge("hearth.http.requests.waiting", threads, RequestThreads::waiting);
    metrics.gauge("hearth.http.requests.parked", threads, RequestThreads::parkedNow);
    metrics.gauge("hearth.http.bodies.buffered.bytes", bufferedBytes, AtomicLong::get);
  }

  /// What holds for all requests.
  ///
  /// @param maxBufferedBytes how much memory the bodies of all requests may take together
  /// @param queryTokensAllowed whether `?access_token=` is taken, as before version 1.19 of the
  ///   specification
  public record Limits(long maxBufferedBytes, boolean queryTokensAllowed) {}

  /// Takes one request, on an event loop; call it before anything of the body was read.
  ///
  /// @param forwarded whether `X-Forwarded-For` is to be believed, since a reverse proxy of ours
  ///   stands in front
  public void handle(HttpServerRequest request, boolean forwarded) {
    Context eventLoop = Vertx.currentContext();
    if (eventLoop == null) {
      throw new IllegalStateException("Not on an event loop");
    }
    var exchange =
        new Exchange(
            request,
            eventLoop,
            requestPrefix + "-" + Long.toString(requestCount.incrementAndGet(), 36),
            address(request, forwarded),
            System.nanoTime());
    String method = request.method().name();
    if (method.equals("OPTIONS")) {
      finish(exchange, null, Cors.preflight());
      return;
    }
    try {
      RouteTable.Match match = table.find(methodOf(method), rawPath(request));
      switch (match) {
        case RouteTable.Match.Found found -> receive(exchange, found);
        case RouteTable.Match.WrongMethod wrong ->
            finish(
                exchange,
                null,
                Reply.error(405, "M_UNRECOGNIZED", "This path does not take " + shown(method))
                    .withHeader("Allow", Cors.allowed(wrong.allowed())));
        case RouteTable.Match.Unknown _ ->
            finish(exchange, null, Reply.error(404, "M_UNRECOGNIZED", "Unrecognized request"));
      }
    } catch (RequestError e) {
      finish(exchange, null, e.reply());
    }
  }

  private record Answered(@Nullable Route route, int status) {}

  /// One request and where its answer goes.
  record Exchange(
      HttpServerRequest request, Context eventLoop, String id, String address, long startedNanos) {}

  private void receive(Exchange exchange, RouteTable.Match.Found found) {
    Route route = found.route();
    HttpServerRequest request = exchange.request();
    long declared = declaredBytes(request);
    if (declared > route.maxBytes()) {
      finish(exchange, route, RequestError.tooLarge(route.maxBytes()).reply());
      return;
    }
    if (route.body() instanceof Body.Stream) {
      request.pause();
      var stream = new BodyStream(exchange.eventLoop(), request, route.maxBytes(), declared);
      dispatch(exchange, found, stream, 0);
      return;
    }
    new BodyBuffer(request, route.maxBytes(), limits.maxBufferedBytes(), bufferedBytes)
        .gather(
            bytes -> dispatch(exchange, found, bytes, bytes.length),
            refused -> finish(exchange, route, refused));
  }

  private void dispatch(
      Exchange exchange, RouteTable.Match.Found found, Object body, long buffered) {
    boolean started =
        threads.tryRun(
            () -> {
              MDC.put("request", exchange.id());
              Reply reply;
              try {
                reply = answer(exchange, found, body);
              } finally {
                bufferedBytes.addAndGet(-buffered);
              }
              ResponseWriter.write(exchange, reply);
              measure(exchange, found.route(), reply.status());
            });
    if (!started) {
      bufferedBytes.addAndGet(-buffered);
      finish(
          exchange,
          found.route(),
          Reply.error(503, "M_LIMIT_EXCEEDED", "The server is overloaded")
              .withHeader("Retry-After", "1"));
    }
  }

  private Reply answer(Exchange exchange, RouteTable.Match.Found found, Object body) {
    Route route = found.route();
    try {
      HttpServerRequest request = exchange.request();
      Query query = Query.parse(Optional.ofNullable(request.query()).orElse(""));
      var path =
          new Path(found.parameters(), query, name -> Optional.ofNullable(request.getHeader(name)));
      Caller caller = admission.admit(route, path, exchange.address());
      Object bound =
          route.body() instanceof Body.Json json && body instanceof byte[] bytes
              ? RequestBodies.bind(bytes, json)
              : body;
      return route.handler().handle(caller, path, bound);
    } catch (RequestError e) {
      return e.reply();
    } catch (Passwords.Busy e) {
      return Reply.limitExceeded(Duration.ofSeconds(1));
    } catch (LedgerException e) {
      return unwritten(exchange, route, e);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} {} failed", route.method(), route.template(), e);
      return Reply.error(500, "M_UNKNOWN", "Internal error; request " + exchange.id());
    }
  }

  private static Reply unwritten(Exchange exchange, Route route, LedgerException why) {
    return switch (why) {
      case LedgerException.Full _ -> Reply.limitExceeded(Duration.ofSeconds(1));
      case LedgerException.Unavailable _ ->
          Reply.error(503, "M_UNKNOWN", why.getMessage() + " Request " + exchange.id())
              .withHeader("Retry-After", "5");
      case LedgerException _ -> {
        LOG.error("{} {} could not be written", route.method(), route.template(), why);
        yield Reply.error(500, "M_UNKNOWN", "Internal error; request " + exchange.id());
      }
    };
  }

  /// Answers without a thread of its own, on the event loop.
  private void finish(Exchange exchange, @Nullable Route route, Reply reply) {
    ResponseWriter.writeWhole(exchange, reply);
    measure(exchange, route, reply.status());
  }

  private void measure(Exchange exchange, @Nullable Route route, int status) {
    long took = System.nanoTime() - exchange.startedNanos();
    timers
        .computeIfAbsent(new Answered(route, status), this::timer)
        .record(took, TimeUnit.NANOSECONDS);
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {} {} {} ms", methodName(route), template(route), status, took / 1_000_000);
    }
  }

  private Timer timer(Answered answered) {
    return Timer.builder("hearth.http.requests")
        .tag("method", methodName(answered.route()))
        .tag("route", template(answered.route()))
        .tag("status", Integer.toString(answered.status()))
        .publishPercentileHistogram(false)
        .register(metrics);
  }

  private static String methodName(@Nullable Route route) {
    return route == null ? "other" : route.method().name();
  }

  private static String template(@Nullable Route route) {
    return route == null ? "none" : route.template();
  }

  private static @Nullable Method methodOf(String name) {
    return Arrays.stream(Method.values())
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static String shown(String method) {
    return method.length() > 16 ? "this method" : method;
  }

  private static String rawPath(HttpServerRequest request) {
    return Optional.ofNullable(request.path()).orElse("/");
  }

  private static long declaredBytes(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    if (length == null) {
      return -1;
    }
    try {
      return Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      throw RequestError.of(400, "M_UNKNOWN", "Bad Content-Length");
    }
  }

  /// The last hop that our own proxy saw; whatever stands before it, a client may have made up.
  private static String address(HttpServerRequest request, boolean forwarded) {
    String hops = forwarded ? request.getHeader("X-Forwarded-For") : null;
    if (hops != null) {
      String last = hops.substring(hops.lastIndexOf(',') + 1).strip();
      if (!last.isEmpty() && last.length() <= 64) {
        return last;
      }
    }
    return Optional.ofNullable(request.remoteAddress().hostAddress()).orElse("unknown");
  }
}
