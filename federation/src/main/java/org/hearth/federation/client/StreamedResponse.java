package org.hearth.federation.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// An HTTP response whose body is read as it comes.
///
/// @param headers by lower-case name; the first value of each
/// @param body to be closed; throws when it is longer than was allowed, or does not come in time
public record StreamedResponse(int status, Map<String, String> headers, InputStream body) {
  public StreamedResponse {
    headers = Map.copyOf(headers);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /// The length that the other side announced; -1 if it did not.
  public long announcedLength() {
    return header("Content-Length")
        .filter(n -> n.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElse(-1L);
  }

  /// The body in memory, for error answers. Closes it.
  public RawResponse whole(int maxBytes) throws IOException {
    try (body) {
      return new RawResponse(status, headers, body.readNBytes(maxBytes));
    }
  }

  /// The same, with something to do once it is closed.
  StreamedResponse andThen(Runnable closed) {
    AtomicBoolean done = new AtomicBoolean();
    InputStream wrapped =
        new FilterInputStream(body) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            try {
              super.close();
            } finally {
              if (done.compareAndSet(false, true)) closed.run();
            }
          }
        };
    return new StreamedResponse(status, headers, wrapped);
  }
}
