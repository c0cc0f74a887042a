package org.hearth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Requests to one homeserver over kept connections. Blocks its caller, which is a virtual thread.
final class Homeserver implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http;
  private final URI url;
  private final ObjectMapper json = new ObjectMapper();

  /// Answers 429 so far.
  final LongAdder rateLimited = new LongAdder();

  /// @param connections how many requests may be under way at a time
  /// @param authority PEM file with an authority to trust instead of the system's; null for the
  ///   system's
  Homeserver(URI url, int connections, @Nullable Path authority) {
    this.url = url;
    boolean tls = "https".equals(url.getScheme());
    var options = new HttpClientOptions().setKeepAlive(true).setTcpNoDelay(true).setSsl(tls);
    if (tls) options.setVerifyHost(true);
    if (authority != null)
      options.setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
    this.http = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(connections));
  }

  /// An answer that arrived.
  ///
  /// @param body what was in it; missing if it was no JSON
  /// @param nanos from the first byte of the request to the last of the answer
  /// @param begun when the first byte was sent, by `System.nanoTime()`
  record Answer(int status, JsonNode body, long begun, long nanos) {
    JsonNode orThrow(String what) throws IOException {
      if (status == 200) return body;
      throw new IOException(what + " was answered " + status + " " + body);
    }
  }

  /// Sends a request; after 429 waits as long as the server says and sends it again.
  ///
  /// @param path with query, already encoded
  /// @throws IOException if there is no answer within a minute
  Answer send(HttpMethod method, String path, @Nullable String token, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    Buffer bytes = body == null ? null : Buffer.buffer(json.writeValueAsBytes(body));
    while (true) {
      Answer answer = once(method, path, token, bytes);
      if (answer.status() != 429) return answer;
      rateLimited.increment();
      long pause = answer.body().path("retry_after_ms").asLong(500);
      Thread.sleep(Math.clamp(pause, 1, LONGEST_PAUSE.toMillis()));
    }
  }

  private Answer once(HttpMethod method, String path, @Nullable String token, @Nullable Buffer body)
      throws IOException, InterruptedException {
    var request =
        new RequestOptions()
            .setMethod(method)
            .setHost(url.getHost())
            .setPort(
                url.getPort() >= 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80)
            .setURI(path)
            .putHeader("Content-Type", "application/json");
    if (token != null) request.putHeader("Authorization", "Bearer " + token);
    long begun = System.nanoTime();
    Future<Answer> answer =
        http.request(request)
            .compose(open -> body == null ? open.send() : open.send(body))
            .compose(got -> got.body().map(content -> answer(got, content, begun)));
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new IOException(method + " " + path + ": " + failed.getCause(), failed);
    } catch (TimeoutException late) {
      throw new IOException(method + " " + path + ": no answer within " + PATIENCE, late);
    }
  }

  private Answer answer(HttpClientResponse response, Buffer content, long begun) {
    long nanos = System.nanoTime() - begun;
    JsonNode body;
    try {
      body = json.readTree(content.getBytes());
    } catch (IOException notJson) {
      body = MissingNode.getInstance();
    }
    return new Answer(response.statusCode(), body, begun, nanos);
  }

  @Override
  public void close() {
    try {
      http.close().compose(_ -> vertx.close()).await(10, TimeUnit.SECONDS);
    } catch (TimeoutException ignored) {
      // The process ends anyway, and the results are more useful than a complaint about threads.
    }
  }
}
