package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.hearth.federation.client.PeerRules;
import org.hearth.federation.keys.KeyRing;
import org.hearth.federation.server.FederationRoutes.Match;
import org.hearth.federation.server.FederationRoutes.Route;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The face to other servers: takes a request on an event loop, reads its body within bounds, and
/// answers it on a virtual thread.
///
/// ```
/// route -> body -> X-Matrix (may fetch keys) -> rate -> turn -> endpoint -> answer
/// ```
public final class FederationFace {
  private static final Logger LOG = LoggerFactory.getLogger(FederationFace.class);

  private final FederationRoutes routes;
  private final Authentication authentication;
  private final FaceLimits limits;
  private final Rates rates;
  private final MeterRegistry metrics;
  private final Consumer<ServerName> seen;
  private final AtomicLong buffered = new AtomicLong();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicLong requestCount = new AtomicLong();
  private final String requestPrefix = "f" + Long.toString(System.nanoTime() & 0xffffff, 36);

  /// Fair: a long queue makes everybody slow instead of a few hang.
  private final Semaphore turns;

  /// @param seen hears of each server that asked something and could prove it
  public FederationFace(
      FederationEndpoints endpoints,
      ServerName own,
      KeyRing keys,
      PeerRules peers,
      FaceLimits limits,
      Consumer<ServerName> seen,
      MeterRegistry metrics,
      InstantSource clock) {
    this.routes = endpoints.routes();
    this.authentication = new Authentication(own, keys, peers);
    this.limits = limits;
    this.rates = new Rates(limits.requestsPerSecond(), limits.burst(), clock);
    this.turns = new Semaphore(limits.running(), true);
    this.metrics = metrics;
    this.seen = seen;
  }

  /// One request and where its answer goes.
  ///
  /// @param id stands in each line of the log about the request, and in its answer
  record Exchange(HttpServerRequest request, Context eventLoop, String id, long startedNanos) {}

  /// Takes one request, on an event loop, before anything of its body was read.
  ///
  /// @param forwarded whether the peer is a trusted proxy, whose `X-Forwarded-For` counts
  public void handle(HttpServerRequest request, boolean forwarded) {
    Exchange exchange =
        new Exchange(
            request,
            Objects.requireNonNull(Vertx.currentContext()),
            requestPrefix + "-" + Long.toString(requestCount.incrementAndGet(), 36),
            System.nanoTime());
    request.response().putHeader("X-Request-Id", exchange.id());
    String path = Objects.requireNonNullElse(request.path(), "/");
    try {
      switch (routes.find(request.method(), path)) {
        case Match.Found(Route route, Map<String, String> parameters) ->
            receive(exchange, route, parameters, address(request, forwarded));
        case Match.WrongMethod _ ->
            answer(
                exchange,
                null,
                Answer.error(
                    405, ErrorCode.M_UNRECOGNIZED, "This path does not take that method."));
        case Match.Unknown _ ->
            answer(
                exchange,
                null,
                Answer.error(404, ErrorCode.M_UNRECOGNIZED, "Unrecognized request"));
      }
    } catch (BadRequest e) {
      answer(exchange, null, e.answer());
    }
  }

  private void receive(
      Exchange exchange, Route route, Map<String, String> parameters, String address) {
    HttpServerRequest request = exchange.request();
    Buffer body = Buffer.buffer();
    boolean[] refused = new boolean[1];
    request.exceptionHandler(
        gone -> {
          if (!refused[0]) buffered.addAndGet(-body.length());
          refused[0] = true;
        });
    request.handler(
        part -> {
          if (refused[0]) return;
          boolean tooLarge = body.length() + part.length() > limits.maxBodyBytes();
          if (tooLarge || buffered.addAndGet(part.length()) > limits.bufferedBytes()) {
            refused[0] = true;
            buffered.addAndGet(-body.length() - (tooLarge ? 0 : part.length()));
            answer(exchange, route, tooLarge ? tooLarge() : overloaded());
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(
        end -> {
          if (refused[0]) return;
          // From here on the thread gives the bytes back.
          refused[0] = true;
          dispatch(exchange, route, parameters, address, body.getBytes());
        });
  }

  private void dispatch(
      Exchange exchange, Route route, Map<String, String> parameters, String address, byte[] body) {
    if (inside.incrementAndGet() > limits.running() + limits.waiting()) {
      inside.decrementAndGet();
      buffered.addAndGet(-body.length);
      answer(exchange, route, overloaded());
      return;
    }
    Thread.ofVirtual()
        .name("federation")
        .start(
            () -> {
              MDC.put("request", exchange.id());
              Answer answer;
              try {
                answer = answer(exchange, route, parameters, address, body);
              } finally {
                inside.decrementAndGet();
                buffered.addAndGet(-body.length);
              }
              answer(exchange, route, answer);
            });
  }

  private Answer answer(
      Exchange exchange,
      Route route,
      Map<String, String> parameters,
      String address,
      byte[] bytes) {
    HttpServerRequest request = exchange.request();
    try {
      JsonNode body = bytes.length == 0 ? null : Json.parse(bytes, maxDepth(route));
      ServerName origin = null;
      if (route.authenticated()) {
        List<String> headers = request.headers().getAll("Authorization");
        origin = authentication.authenticate(request.method().name(), request.uri(), headers, body);
        seen.accept(origin);
      }
      if (!rates.take(origin == null ? address : origin.value())) return limited();
      Call call = new Call(origin, parameters, FederationRoutes.query(request.query()), body);
      turns.acquireUninterruptibly();
      try {
        return route.handler().handle(call);
      } finally {
        turns.release();
      }
    } catch (BadRequest e) {
      return e.answer();
    } catch (MalformedJson e) {
      ErrorCode code = e.isJson() ? ErrorCode.M_BAD_JSON : ErrorCode.M_NOT_JSON;
      return Answer.error(400, code, Objects.requireNonNullElse(e.getMessage(), "Not JSON"));
    } catch (LedgerException e) {
      LOG.warn("{} {} could not be written", route.method(), route.template(), e);
      return Answer.error(503, ErrorCode.M_UNKNOWN, "The server cannot store anything for now.");
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("{} {} failed", route.method(), route.template(), e);
      return Answer.error(500, ErrorCode.M_UNKNOWN, "Internal error; request " + exchange.id());
    }
  }

  /// An event that comes by itself, to join for example, goes on to others inside of a transaction,
  /// whose two levels they must still be able to read: otherwise it holds up what is behind it.
  private static int maxDepth(Route route) {
    return route.template().equals(Transactions.SEND) ? Json.MAX_DEPTH : Json.MAX_DEPTH - 2;
  }

  private void answer(Exchange exchange, @Nullable Route route, Answer answer) {
    int status = AnswerWriter.write(exchange, answer);
    Timer.builder("hearth.federation.requests")
        .tag("route", route == null ? "none" : route.method() + " " + route.template())
        .tag("status", Integer.toString(status))
        .register(metrics)
        .record(Duration.ofNanos(System.nanoTime() - exchange.startedNanos()));
  }

  private Answer tooLarge() {
    return Answer.error(
        413,
        ErrorCode.M_TOO_LARGE,
        "A request may have at most " + limits.maxBodyBytes() + " bytes.");
  }

  private static Answer overloaded() {
    return Answer.error(503, ErrorCode.M_LIMIT_EXCEEDED, "The server is overloaded.");
  }

  private static Answer limited() {
    return new Answer.Body(
        429,
        Map.of("Retry-After", "1"),
        Json.object()
            .put("errcode", "M_LIMIT_EXCEEDED")
            .put("error", "Too many requests")
            .put("retry_after_ms", 1000));
  }

  /// The last hop that our own proxy saw; whatever stands before it may be made up.
  private static String address(HttpServerRequest request, boolean forwarded) {
    String hops = forwarded ? request.getHeader("X-Forwarded-For") : null;
    if (hops != null) {
      String last = hops.substring(hops.lastIndexOf(',') + 1).strip();
      if (!last.isEmpty() && last.length() <= 64) return last;
    }
    var peer = request.remoteAddress();
    return peer == null ? "unknown" : Objects.requireNonNullElse(peer.hostAddress(), "unknown");
  }
}
