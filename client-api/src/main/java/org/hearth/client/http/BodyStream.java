package org.hearth.client.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// A request's body, read while it arrives. At most one network buffer is held: the client is
/// slowed down to the reader's pace.
///
/// Reading more than the route allows throws [RequestError] 413, which a handler lets pass. A
/// client that stalls or goes away makes reading throw an [IOException].
public final class BodyStream extends InputStream {
  private static final Object END = new Object();
  private static final long STALLED_SECONDS = 60;

  private final Context eventLoop;
  private final HttpServerRequest request;
  private final long maxBytes;
  private final long declaredBytes;
  // Two places: a buffer, and the end or failure behind it.
  private final BlockingQueue<Object> arrived = new ArrayBlockingQueue<>(4);
  private Buffer current = Buffer.buffer();
  private int at;
  private long taken;
  private boolean ended;

  /// Takes over a paused request, on its event loop.
  BodyStream(Context eventLoop, HttpServerRequest request, long maxBytes, long declaredBytes) {
    this.eventLoop = eventLoop;
    this.request = request;
    this.maxBytes = maxBytes;
    this.declaredBytes = declaredBytes;
    request.handler(arrived::offer);
    request.endHandler(end -> arrived.offer(END));
    request.exceptionHandler(arrived::offer);
  }

  /// What `Content-Length` announced, or -1.
  public long declaredBytes() {
    return declaredBytes;
  }

  @Override
  public int read() throws IOException {
    return fill() ? current.getByte(at++) & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, current.length() - at);
    current.getBytes(at, at + count, target, offset);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    while (at == current.length()) {
      if (ended) {
        return false;
      }
      next();
    }
    return true;
  }

  private void next() throws IOException {
    eventLoop.runOnContext(go -> request.fetch(1));
    Object next;
    try {
      next = arrived.poll(STALLED_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while reading a body", e);
    }
    if (next instanceof Buffer buffer) {
      taken += buffer.length();
      if (taken > maxBytes) {
        throw RequestError.tooLarge(maxBytes);
      }
      current = buffer;
      at = 0;
    } else if (next instanceof Throwable failure) {
      throw new IOException("The client went away", failure);
    } else if (next == END) {
      ended = true;
    } else {
      throw new IOException("The client stopped sending");
    }
  }
}
