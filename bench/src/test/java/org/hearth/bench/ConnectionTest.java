package org.hearth.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;

/// Against a socket that answers with prepared bytes.
class ConnectionTest {
  private static final byte[] REQUEST = Connection.request("GET / HTTP/1.1\r\n", null);

  /// Answers each request of one connection with one of the texts, then closes it.
  private static URI server(String... answers) throws IOException {
    var listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try (listening;
                  var socket = listening.accept()) {
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                for (String answer : answers) {
                  String line = in.readLine();
                  while (line != null && !line.isEmpty()) line = in.readLine();
                  // In pieces, as a network may do it.
                  for (byte b : answer.getBytes(UTF_8)) {
                    socket.getOutputStream().write(b);
                    socket.getOutputStream().flush();
                  }
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  @Test
  void readsAnswersOfKnownLengthOneAfterTheOther() throws Exception {
    var url =
        server(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno");
    try (var connection = Connection.open(url, null)) {
      assertThat(new String(connection.exchange(REQUEST).body(), UTF_8)).isEqualTo("hello");
      Connection.Response second = connection.exchange(REQUEST);
      assertThat(second.status()).isEqualTo(404);
      assertThat(new String(second.body(), UTF_8)).isEqualTo("no");
      assertThat(connection.reusable()).isTrue();
    }
  }

  @Test
  void readsChunks() throws Exception {
    var url =
        server(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n");
    try (var connection = Connection.open(url, null)) {
      assertThat(new String(connection.exchange(REQUEST).body(), UTF_8)).isEqualTo("hello");
    }
  }

  @Test
  void readsUntilTheEndWhereNoLengthIsSaid() throws Exception {
    try (var connection =
        Connection.open(server("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"), null)) {
      assertThat(new String(connection.exchange(REQUEST).body(), UTF_8)).isEqualTo("hello");
      assertThat(connection.reusable()).isFalse();
    }
  }

  @Test
  void aConnectionThatWasKeptTooLongIsToldApartFromAnAnswerThatBreaksOff() throws Exception {
    try (var connection =
        Connection.open(server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), null)) {
      connection.exchange(REQUEST);
      assertThatThrownBy(() -> connection.exchange(REQUEST)).isInstanceOf(Connection.Stale.class);
    }
    try (var connection =
        Connection.open(server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"), null)) {
      assertThatThrownBy(() -> connection.exchange(REQUEST))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(Connection.Stale.class);
    }
  }
}
