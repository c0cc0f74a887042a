package org.hearth.client.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hearth.schemas.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes answers; every call to the response is made on its event loop.
final class ResponseWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseWriter.class);
  private static final int CHUNK = 64 * 1024;
  private static final long STALLED_SECONDS = 60;

  private ResponseWriter() {}

  /// Writes from the request's own thread; a stream is copied at the client's pace.
  static void write(ClientFace.Exchange exchange, Reply reply) {
    if (reply.content() instanceof Reply.Content.Stream stream) {
      copy(exchange, reply, stream);
    } else {
      byte[] bytes = bytes(reply.content());
      exchange.eventLoop().runOnContext(go -> end(exchange, reply, bytes));
    }
  }

  /// Writes an answer that is no stream, on the event loop.
  static void writeWhole(ClientFace.Exchange exchange, Reply reply) {
    end(exchange, reply, bytes(reply.content()));
  }

  private static byte[] bytes(Reply.Content content) {
    return switch (content) {
      case Reply.Content.Json json -> Json.write(json.value());
      case Reply.Content.Bytes bytes -> bytes.bytes();
      case Reply.Content.Stream _ -> throw new IllegalStateException("A stream is copied");
    };
  }

  private static void end(ClientFace.Exchange exchange, Reply reply, byte[] bytes) {
    HttpServerResponse response = exchange.request().response();
    if (response.closed() || response.ended()) {
      return;
    }
    head(exchange, reply);
    response.putHeader("Content-Length", Integer.toString(bytes.length));
    ended(response.end(Buffer.buffer(bytes)));
  }

  private static void head(ClientFace.Exchange exchange, Reply reply) {
    HttpServerResponse response = exchange.request().response();
    response.setStatusCode(reply.status());
    Cors.allow(response);
    response.putHeader("X-Request-Id", exchange.id());
    response.putHeader("Content-Type", contentType(reply.content()));
    reply.headers().forEach(header -> response.putHeader(header.name(), header.value()));
    dropRest(exchange.request(), response);
  }

  /// A body that nobody read is dropped as it comes, so that the client gets to read the answer.
  /// One that is large or endless costs the client its connection.
  private static void dropRest(HttpServerRequest request, HttpServerResponse response) {
    if (request.isEnded()) {
      return;
    }
    request.handler(dropped -> {});
    request.endHandler(null);
    request.exceptionHandler(gone -> {});
    request.resume();
    String length = request.getHeader("Content-Length");
    boolean small = length == null || length.length() < 6;
    boolean endless = request.headers().contains("Transfer-Encoding");
    if (request.version() != HttpVersion.HTTP_2 && (!small || endless)) {
      response.putHeader("Connection", "close");
    }
  }

  private static String contentType(Reply.Content content) {
    return switch (content) {
      case Reply.Content.Json _ -> "application/json";
      case Reply.Content.Bytes bytes -> bytes.type();
      case Reply.Content.Stream stream -> stream.type();
    };
  }

  private static void copy(ClientFace.Exchange exchange, Reply reply, Reply.Content.Stream stream) {
    HttpServerResponse response = exchange.request().response();
    try (InputStream from = stream.bytes()) {
      onLoop(
          exchange,
          () -> {
            head(exchange, reply);
            if (stream.length() >= 0) {
              response.putHeader("Content-Length", Long.toString(stream.length()));
            } else {
              response.setChunked(true);
            }
            return Future.succeededFuture();
          });
      byte[] chunk = new byte[CHUNK];
      for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
        Buffer part = Buffer.buffer(Arrays.copyOf(chunk, count));
        onLoop(exchange, () -> response.write(part));
      }
      onLoop(exchange, response::end);
    } catch (IOException e) {
      LOG.debug("A streamed answer broke off", e);
      exchange.eventLoop().runOnContext(go -> ended(response.reset()));
    }
  }

  /// Runs a step on the event loop and waits until its bytes were taken.
  private static void onLoop(ClientFace.Exchange exchange, Step step) throws IOException {
    var done = new CompletableFuture<Void>();
    exchange
        .eventLoop()
        .runOnContext(
            go -> {
              try {
                ended(
                    step.run()
                        .onComplete(
                            result -> {
                              if (result.succeeded()) {
                                done.complete(null);
                              } else {
                                done.completeExceptionally(result.cause());
                              }
                            }));
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            });
    try {
      done.get(STALLED_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while writing", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("The client went away", e);
    }
  }

  @FunctionalInterface
  private interface Step {
    Future<Void> run();
  }

  /// Whether a client was still there to read the end of an answer changes nothing here.
  private static void ended(Future<Void> written) {
    written.onFailure(gone -> LOG.trace("The client went away", gone));
  }
}
