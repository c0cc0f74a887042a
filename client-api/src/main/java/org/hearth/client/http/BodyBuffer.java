package org.hearth.client.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Gathers one body on the event loop, within the route's bound and the bound of all bodies
/// together.
final class BodyBuffer {
  private final HttpServerRequest request;
  private final long maxBytes;
  private final long maxTogether;
  private final AtomicLong together;
  private final Buffer gathered = Buffer.buffer();
  private boolean done;

  BodyBuffer(HttpServerRequest request, long maxBytes, long maxTogether, AtomicLong together) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.maxTogether = maxTogether;
    this.together = together;
  }

  /// Calls one of both, at most once; none if the client goes away. Who gets the bytes gives them
  /// back to `together`.
  void gather(Consumer<byte[]> complete, Consumer<Reply> refused) {
    request.handler(
        chunk -> {
          if (done) {
            return;
          }
          if (gathered.length() + chunk.length() > maxBytes) {
            giveUp();
            refused.accept(RequestError.tooLarge(maxBytes).reply());
          } else if (together.addAndGet(chunk.length()) > maxTogether) {
            together.addAndGet(-chunk.length());
            giveUp();
            refused.accept(Reply.error(503, "M_LIMIT_EXCEEDED", "The server is overloaded"));
          } else {
            gathered.appendBuffer(chunk);
          }
        });
    request.exceptionHandler(
        gone -> {
          if (!done) {
            giveUp();
          }
        });
    request.endHandler(
        end -> {
          if (!done) {
            done = true;
            complete.accept(gathered.getBytes());
          }
        });
  }

  private void giveUp() {
    done = true;
    together.addAndGet(-gathered.length());
  }
}
