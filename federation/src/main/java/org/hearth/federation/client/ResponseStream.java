package org.hearth.federation.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A response body for a thread that reads at its own pace: only what was asked for is taken from
/// the network. One thread at a time.
final class ResponseStream extends InputStream {
  private static final byte[] END = new byte[0];

  private final HttpClientRequest sending;
  private final HttpClientResponse response;
  private final long maxBytes;
  private final long deadlineNanos;

  /// Holds what one [HttpClientResponse#fetch] brought, and the end.
  private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();

  private byte[] part = END;
  private int at;
  private long total;
  private boolean ended;

  /// @param response paused; its handlers are set here
  ResponseStream(
      HttpClientRequest sending, HttpClientResponse response, long maxBytes, long deadlineNanos) {
    this.sending = sending;
    this.response = response;
    this.maxBytes = maxBytes;
    this.deadlineNanos = deadlineNanos;
    response.exceptionHandler(arrived::add);
    response.handler((Buffer buffer) -> arrived.add(buffer.getBytes()));
    response.endHandler(end -> arrived.add(END));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) return 0;
    while (at == part.length) {
      if (ended) return -1;
      response.fetch(1);
      next();
    }
    int count = Math.min(length, part.length - at);
    System.arraycopy(part, at, bytes, offset, count);
    at += count;
    return count;
  }

  private void next() throws IOException {
    Object item;
    try {
      long left = Math.max(0, deadlineNanos - System.nanoTime());
      item = arrived.poll(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    at = 0;
    part = END;
    switch (item) {
      case null -> throw new SocketTimeoutException("the answer did not come in time");
      case byte[] bytes -> {
        ended = bytes == END;
        part = bytes;
        total += bytes.length;
        if (total > maxBytes) throw new Transport.TooLarge();
      }
      case Throwable failure -> throw new IOException("the connection broke", failure);
      default -> throw new IllegalStateException(item.getClass().getName());
    }
  }

  /// Ends the connection if there is more to come.
  @Override
  public void close() {
    if (!ended) sending.reset();
  }
}
