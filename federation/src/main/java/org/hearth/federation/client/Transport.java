package org.hearth.federation.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 over TLS to a [Route], on pooled connections; blocks the calling (virtual) thread.
///
/// The connection goes to an address that was checked before; the route's certificate name goes
/// into SNI and is what the certificate must be valid for; the `Host` header is the route's own.
final class Transport implements AutoCloseable {
  private static final int MAX_CONNECTIONS_PER_ROUTE = 8;
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int KEEP_ALIVE_SECONDS = 45;

  private final HttpClient client;
  private final Duration connectTimeout;

  Transport(Vertx vertx, TrustManagerFactory trust, Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
    HttpClientOptions options =
        new HttpClientOptions()
            .setSsl(true)
            .setVerifyHost(true)
            .setTrustOptions(TrustOptions.wrap(trust))
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setSslHandshakeTimeout(connectTimeout.toMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setDecompressionSupported(false);
    this.client =
        vertx
            .httpClientBuilder()
            .with(options)
            .with(
                new PoolOptions()
                    .setHttp1MaxSize(MAX_CONNECTIONS_PER_ROUTE)
                    .setMaxWaitQueueSize(MAX_CONNECTIONS_PER_ROUTE * 16))
            .build();
  }

  /// What to send.
  ///
  /// @param uri path and query, escaped
  /// @param maxBytes how long a response body may be
  record Request(
      HttpMethod method,
      String uri,
      Map<String, String> headers,
      byte @Nullable [] body,
      int maxBytes,
      Duration timeout) {}

  /// Sends `request` to the first target of `route` that accepts a connection.
  ///
  /// @throws ConnectException if none does; the request was not sent then
  /// @throws SocketTimeoutException if there was no whole answer in time
  /// @throws TooLarge if the answer is longer than allowed
  RawResponse exchange(Route route, Request request) throws IOException {
    Deadline deadline = new Deadline(System.nanoTime() + request.timeout().toNanos());
    IOException last = new ConnectException("no address");
    for (Route.Target target : route.targets()) {
      try {
        return exchange(route, target, request, deadline, true);
      } catch (ConnectException e) {
        last = e;
      }
    }
    throw last;
  }

  /// Like [#exchange], but the body is read as it comes, by whoever closes it.
  StreamedResponse stream(Route route, Request request) throws IOException {
    Deadline deadline = new Deadline(System.nanoTime() + request.timeout().toNanos());
    IOException last = new ConnectException("no address");
    for (Route.Target target : route.targets()) {
      try {
        return stream(connect(route, target, request, deadline), route, request, deadline);
      } catch (ConnectException e) {
        last = e;
      }
    }
    throw last;
  }

  private static StreamedResponse stream(
      HttpClientRequest sending, Route route, Request request, Deadline deadline)
      throws IOException {
    sending.putHeader("Host", route.hostHeader());
    request.headers().forEach(sending::putHeader);
    CompletableFuture<StreamedResponse> done = new CompletableFuture<>();
    sending
        .response()
        .onSuccess(
            response -> {
              // Before anything of the body is delivered.
              response.pause();
              ResponseStream body =
                  new ResponseStream(sending, response, request.maxBytes(), deadline.nanoTime());
              done.complete(new StreamedResponse(response.statusCode(), headers(response), body));
            })
        .onFailure(done::completeExceptionally);
    sending.end().onFailure(done::completeExceptionally);
    try {
      return await(done, deadline);
    } catch (IOException e) {
      sending.reset();
      throw e;
    }
  }

  private RawResponse exchange(
      Route route, Route.Target target, Request request, Deadline deadline, boolean mayRepeat)
      throws IOException {
    HttpClientRequest sending = connect(route, target, request, deadline);
    try {
      return exchange(sending, route, request, deadline);
    } catch (HttpClosedException e) {
      // A pooled connection that the other side closed just then: what was asked can be asked
      // again.
      if (!mayRepeat || request.method().equals(HttpMethod.POST)) throw e;
      return exchange(route, target, request, deadline, false);
    }
  }

  private HttpClientRequest connect(
      Route route, Route.Target target, Request request, Deadline deadline) throws IOException {
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setURI(request.uri())
            .setSsl(true)
            .setHost(route.certificateName())
            .setPort(target.port())
            .setServer(
                SocketAddress.inetSocketAddress(target.port(), target.address().getHostAddress()))
            .setConnectTimeout(connectTimeout.toMillis())
            .setFollowRedirects(false);
    Future<HttpClientRequest> connecting = client.request(options);
    try {
      return await(connecting, deadline);
    } catch (SocketTimeoutException e) {
      // A connection that still comes goes back to the pool.
      connecting.onSuccess(HttpClientRequest::reset);
      throw e;
    } catch (IOException e) {
      ConnectException failure = new ConnectException(describe(e));
      failure.initCause(e);
      throw failure;
    }
  }

  private static RawResponse exchange(
      HttpClientRequest sending, Route route, Request request, Deadline deadline)
      throws IOException {
    sending.putHeader("Host", route.hostHeader());
    request.headers().forEach(sending::putHeader);
    CompletableFuture<RawResponse> done = new CompletableFuture<>();
    sending
        .response()
        .onSuccess(response -> read(sending, response, request.maxBytes(), done))
        .onFailure(done::completeExceptionally);
    byte[] body = request.body();
    Future<Void> sent = body == null ? sending.end() : sending.end(Buffer.buffer(body));
    sent.onFailure(done::completeExceptionally);
    try {
      return await(done, deadline);
    } catch (IOException e) {
      if (!done.isDone() || e instanceof TooLarge) sending.reset();
      throw e;
    }
  }

  private static void read(
      HttpClientRequest sending,
      HttpClientResponse response,
      int maxBytes,
      CompletableFuture<RawResponse> done) {
    Buffer body = Buffer.buffer();
    response.exceptionHandler(done::completeExceptionally);
    response.handler(
        part -> {
          if (done.isDone()) return;
          if (body.length() + part.length() > maxBytes) {
            done.completeExceptionally(new TooLarge());
            sending.reset();
          } else {
            body.appendBuffer(part);
          }
        });
    response.endHandler(
        end -> {
          done.complete(new RawResponse(response.statusCode(), headers(response), body.getBytes()));
        });
  }

  private static Map<String, String> headers(HttpClientResponse response) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }

  private static <T> T await(Future<T> future, Deadline deadline) throws IOException {
    return await(future.toCompletionStage().toCompletableFuture(), deadline);
  }

  private static <T> T await(CompletableFuture<T> future, Deadline deadline) throws IOException {
    try {
      return future.get(Math.max(0, deadline.nanoTime - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) throw io;
      if (e.getCause() instanceof HttpClosedException closed) throw closed;
      throw new IOException(describe(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String describe(@Nullable Throwable failure) {
    return failure == null
        ? "unknown"
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  @Override
  public void close() {
    client.close();
  }

  /// The answer was longer than allowed.
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("the answer is too large");
    }
  }

  private record Deadline(long nanoTime) {}
}
