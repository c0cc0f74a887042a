package org.hearth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Requests to one homeserver over kept connections, as many as there are callers at a time. Blocks
/// its callers.
final class Homeserver implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI url;
  private final String host;
  private final @Nullable SSLSocketFactory trusted;

  /// The one used last is taken first.
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  /// Answers 429 so far.
  final LongAdder rateLimited = new LongAdder();

  /// @param authority PEM file with an authority to trust instead of the system's; null for the
  ///   system's
  /// @throws IOException if the authority cannot be read
  Homeserver(URI url, @Nullable Path authority) throws IOException {
    this.url = url;
    this.host = url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    this.trusted = "https".equals(url.getScheme()) ? Trust.in(authority) : null;
  }

  URI url() {
    return url;
  }

  /// An answer that arrived.
  ///
  /// @param bytes what was in it
  /// @param nanos from the first byte of the request to the last of the answer
  /// @param begun when the first byte was sent, by `System.nanoTime()`
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, byte[] bytes, long begun, long nanos) {

    /// Missing if it was no JSON.
    JsonNode body() {
      try {
        return JSON.readTree(bytes);
      } catch (IOException notJson) {
        return MissingNode.getInstance();
      }
    }

    JsonNode orThrow(String what) throws IOException {
      if (status == 200) return body();
      throw new IOException(what + " was answered " + status + " " + body());
    }
  }

  /// Sends a request; after 429 waits as long as the server says and sends it again.
  ///
  /// @param path with query, already encoded
  /// @throws IOException if there is no answer within a minute
  Answer send(String method, String path, @Nullable String token, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    return send(
        Connection.request(
            head(method, path, token), body == null ? null : JSON.writeValueAsBytes(body)));
  }

  /// The request line and headers, without `Content-Length`.
  String head(String method, String path, @Nullable String token) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: "
        + host
        + "\r\nContent-Type: application/json\r\n"
        + (token == null ? "" : "Authorization: Bearer " + token + "\r\n");
  }

  /// The same with the bytes of a whole request.
  Answer send(byte[] request) throws IOException, InterruptedException {
    while (true) {
      Answer answer = once(request);
      if (answer.status() != 429) return answer;
      rateLimited.increment();
      long pause = answer.body().path("retry_after_ms").asLong(500);
      Thread.sleep(Math.clamp(pause, 1, LONGEST_PAUSE.toMillis()));
    }
  }

  private Answer once(byte[] request) throws IOException {
    while (true) {
      Connection connection = idle.pollFirst();
      if (connection == null) connection = Connection.open(url, trusted);
      long begun = System.nanoTime();
      try {
        Connection.Response response = connection.exchange(request);
        return new Answer(response.status(), response.body(), begun, System.nanoTime() - begun);
      } catch (Connection.Stale closed) {
        // It was kept too long; the server did not see the request.
        continue;
      } finally {
        if (connection.reusable()) idle.addFirst(connection);
        else connection.close();
      }
    }
  }

  @Override
  public void close() {
    for (Connection connection; (connection = idle.pollFirst()) != null; ) connection.close();
  }
}
