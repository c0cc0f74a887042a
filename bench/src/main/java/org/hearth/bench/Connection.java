package org.hearth.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One kept connection that speaks HTTP/1.1, one request after the other, in blocking code and with
/// as little work as possible: the load generator shares the machine with what it measures.
final class Connection implements AutoCloseable {
  private static final int CONNECT_MS = 10_000;
  private static final int PATIENCE_MS = 60_000;
  private static final int MAX_HEAD = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[16 * 1024];
  private int at;
  private int end;

  /// Whether a request was answered on it already.
  private boolean used;

  private boolean reusable = true;

  private Connection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /// An answer as it came.
  record Response(int status, byte[] body) {}

  /// The server closed a kept connection before it saw the request.
  static final class Stale extends IOException {
    private static final long serialVersionUID = 1L;

    Stale(IOException cause) {
      super("the server closed the connection", cause);
    }
  }

  /// @param trusted null for plain HTTP
  static Connection open(URI url, @Nullable SSLSocketFactory trusted) throws IOException {
    int port = url.getPort() >= 0 ? url.getPort() : trusted == null ? 80 : 443;
    var socket = new Socket();
    socket.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MS);
    if (trusted == null) return new Connection(socket);
    var secure = (SSLSocket) trusted.createSocket(socket, url.getHost(), port, true);
    var parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return new Connection(secure);
  }

  /// Whether another request may follow.
  boolean reusable() {
    return reusable;
  }

  /// Writes the request and reads the answer.
  ///
  /// @param request head and body
  /// @throws Stale if nothing of an answer came on a connection that was used before
  Response exchange(byte[] request) throws IOException {
    boolean first = true;
    try {
      out.write(request);
      out.flush();
      if (at == end) fill();
      first = false;
      Response response = read();
      used = true;
      return response;
    } catch (IOException e) {
      reusable = false;
      if (first && used && !(e instanceof java.net.SocketTimeoutException)) throw new Stale(e);
      throw e;
    }
  }

  private Response read() throws IOException {
    String statusLine = line();
    if (!statusLine.startsWith("HTTP/1.") || statusLine.length() < 12)
      throw new IOException("not HTTP/1.1: " + statusLine);
    int status = Integer.parseInt(statusLine.substring(9, 12));
    long length = -1;
    boolean chunked = false;
    int head = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      head += line.length();
      if (head > MAX_HEAD) throw new IOException("the head of the answer is too long");
      int colon = line.indexOf(':');
      if (colon < 0) continue;
      if (is(line, colon, "content-length")) {
        length = Long.parseLong(line.substring(colon + 1).strip());
      } else if (is(line, colon, "transfer-encoding")) {
        chunked = line.toLowerCase(Locale.ROOT).contains("chunked");
      } else if (is(line, colon, "connection")) {
        reusable = !line.toLowerCase(Locale.ROOT).contains("close");
      }
    }
    if (status == 100) return read();
    return new Response(status, body(length, chunked));
  }

  private static boolean is(String line, int colon, String name) {
    return colon == name.length() && line.regionMatches(true, 0, name, 0, colon);
  }

  private byte[] body(long length, boolean chunked) throws IOException {
    if (chunked) return chunks();
    if (length >= 0) {
      var body = new byte[Math.toIntExact(length)];
      take(body, 0, body.length);
      return body;
    }
    reusable = false;
    var rest = new ByteArrayOutputStream();
    rest.write(buffer, at, end - at);
    at = end;
    in.transferTo(rest);
    return rest.toByteArray();
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      String size = line();
      int semicolon = size.indexOf(';');
      int length = Integer.parseInt(semicolon < 0 ? size : size.substring(0, semicolon), 16);
      if (length == 0) break;
      var chunk = new byte[length];
      take(chunk, 0, length);
      body.write(chunk, 0, length);
      line();
    }
    while (!line().isEmpty()) {
      // Trailers say nothing of interest.
    }
    return body.toByteArray();
  }

  private void take(byte[] into, int from, int length) throws IOException {
    int buffered = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, from, buffered);
    at += buffered;
    int done = buffered;
    while (done < length) {
      int count = in.read(into, from + done, length - done);
      if (count < 0) throw new EOFException("the answer ends early");
      done += count;
    }
  }

  /// Without its line end.
  private String line() throws IOException {
    int scanned = at;
    while (true) {
      for (int i = scanned; i < end; i++) {
        if (buffer[i] != '\n') continue;
        int stop = i > at && buffer[i - 1] == '\r' ? i - 1 : i;
        var line = new String(buffer, at, stop - at, ISO_8859_1);
        at = i + 1;
        return line;
      }
      int known = end - at;
      fill();
      scanned = at + known;
    }
  }

  private void fill() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    if (end == buffer.length) {
      if (buffer.length >= MAX_HEAD) throw new IOException("a line of the answer is too long");
      buffer = java.util.Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) throw new EOFException("the server closed the connection");
    end += count;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException ignored) {
      // It is of no use any more either way.
    }
  }

  /// The bytes of a request.
  ///
  /// @param head request line and headers, each with its line end, without `Content-Length`
  static byte[] request(String head, byte @Nullable [] body) {
    int length = body == null ? 0 : body.length;
    byte[] start =
        (body == null ? head + "\r\n" : head + "Content-Length: " + length + "\r\n\r\n")
            .getBytes(US_ASCII);
    if (body == null) return start;
    var bytes = java.util.Arrays.copyOf(start, start.length + length);
    System.arraycopy(body, 0, bytes, start.length, length);
    return bytes;
  }
}
