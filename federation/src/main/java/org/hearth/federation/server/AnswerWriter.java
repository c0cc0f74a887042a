package org.hearth.federation.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hearth.engine.federation.MediaContent;
import org.hearth.schemas.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes answers.
final class AnswerWriter {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);
  private static final int CHUNK = 64 * 1024;
  private static final long STALL_SECONDS = 60;

  private AnswerWriter() {}

  /// Writes the answer and gives its status. Media is written while the other side takes it, so
  /// that this blocks: only on virtual threads.
  static int write(FederationFace.Exchange exchange, Answer answer) {
    HttpServerResponse response = exchange.request().response();
    switch (answer) {
      case Answer.Body(int status, var headers, var json) -> {
        byte[] bytes = Json.write(json);
        exchange
            .eventLoop()
            .runOnContext(
                go -> {
                  if (response.ended() || response.closed()) return;
                  response.setStatusCode(status).putHeader("Content-Type", "application/json");
                  headers.forEach(response::putHeader);
                  response.end(Buffer.buffer(bytes)).onFailure(gone -> {});
                });
        return status;
      }
      case Answer.Media(MediaContent content) -> {
        try (InputStream bytes = content.bytes()) {
          stream(response, content, bytes);
        } catch (IOException | TimeoutException e) {
          // The status is out already: cutting the connection is the only way to say that this is
          // not all.
          LOG.debug("media was not sent whole: {}", e.toString());
          response.reset();
        }
        return 200;
      }
    }
  }

  private static void stream(HttpServerResponse response, MediaContent content, InputStream bytes)
      throws IOException, TimeoutException {
    String boundary = UUID.randomUUID().toString().replace("-", "");
    StringBuilder head = new StringBuilder();
    head.append("--").append(boundary).append("\r\nContent-Type: application/json\r\n\r\n{}\r\n");
    head.append("--").append(boundary).append("\r\nContent-Type: ");
    head.append(headerValue(content.contentType())).append("\r\n");
    content
        .contentDisposition()
        .ifPresent(
            value ->
                head.append("Content-Disposition: ").append(headerValue(value)).append("\r\n"));
    head.append("\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    response.putHeader("Content-Type", "multipart/mixed; boundary=" + boundary);
    if (content.length() >= 0) {
      long length = start.length + content.length() + end.length;
      response.putHeader("Content-Length", Long.toString(length));
    } else {
      response.setChunked(true);
    }
    write(response, Buffer.buffer(start));
    byte[] chunk = new byte[CHUNK];
    for (int n = bytes.read(chunk); n >= 0; n = bytes.read(chunk)) {
      write(response, Buffer.buffer(n).appendBytes(chunk, 0, n));
    }
    write(response, Buffer.buffer(end));
    response.end().onFailure(gone -> {});
  }

  private static void write(HttpServerResponse response, Buffer part)
      throws IOException, TimeoutException {
    try {
      response
          .write(part)
          .toCompletionStage()
          .toCompletableFuture()
          .get(STALL_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IOException("the other side is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// What a user said about a file must not begin a header of its own.
  private static String headerValue(String value) {
    return value.replaceAll("[\\p{Cntrl}]", " ");
  }
}
