package org.hearth.federation.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The parts of a [multipart](https://datatracker.ietf.org/doc/html/rfc2046#section-5.1) body, one
/// after the other, without holding them in memory. Reading gives the current part's content;
/// [#nextPart] goes to the next one.
final class MultipartStream extends InputStream {
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;,\"]{1,70}))");

  private final InputStream in;
  private final byte[] buffer = new byte[16 * 1024];

  /// CR, LF, two hyphens, the boundary. CR stands at the beginning only, so that a failed match
  /// never hides the start of another one.
  private final byte[] delimiter;

  private int at;
  private int end;

  /// How much of the delimiter was read.
  private int matched;

  /// How much of what looked like the delimiter is still to be given out, and from where.
  private int replayAt;

  private int replayEnd;

  /// Whether the line break of the present match was not read: it is none of the content then.
  private boolean lineBreakIsVirtual = true;

  private boolean partOver;
  private boolean allOver;

  MultipartStream(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    // The first delimiter may stand at the very beginning, without a line break before it.
    this.matched = 2;
  }

  /// The boundary that a `Content-Type` of `multipart/mixed` names.
  static Optional<String> boundary(String contentType) {
    if (!contentType.strip().toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      return Optional.empty();
    }
    Matcher matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) return Optional.empty();
    return Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
  }

  /// Skips the rest of the current part (or what stands before the first) and reads the headers of
  /// the next one, by lower-case name. Empty after the last part.
  Optional<Map<String, String>> nextPart() throws IOException {
    byte[] waste = new byte[8192];
    while (read(waste, 0, waste.length) >= 0) {}
    if (allOver) return Optional.empty();
    // The rest of the delimiter's line: two hyphens after the last part.
    String rest = line(MAX_HEADER_BYTES);
    if (rest.startsWith("--")) {
      allOver = true;
      return Optional.empty();
    }
    Map<String, String> headers = new HashMap<>();
    int left = MAX_HEADER_BYTES;
    for (String line = line(left); !line.isEmpty(); line = line(left)) {
      left -= line.length();
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip());
      }
    }
    partOver = false;
    // A part may be empty: then the line break before its delimiter is the one that ended the
    // headers.
    matched = 2;
    lineBreakIsVirtual = true;
    return Optional.of(headers);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count = 0;
    while (count < length) {
      if (replayAt < replayEnd) {
        bytes[offset + count++] = delimiter[replayAt++];
        continue;
      }
      if (partOver || allOver) break;
      // Gives what there is, rather than wait for more.
      if (count > 0 && at == end) break;
      int next = next();
      if (next < 0) throw new IOException("the multipart body ends early");
      if ((byte) next == delimiter[matched]) {
        matched++;
        partOver = matched == delimiter.length;
      } else if (matched > 0) {
        mismatch();
      } else {
        bytes[offset + count++] = (byte) next;
      }
    }
    return count == 0 && length > 0 ? -1 : count;
  }

  /// What looked like the delimiter is content; the byte after it is looked at again.
  private void mismatch() {
    // At the beginning of a part, the two bytes of the line break were not content.
    replayAt = lineBreakIsVirtual ? 2 : 0;
    replayEnd = matched;
    lineBreakIsVirtual = false;
    matched = 0;
    at--;
  }

  private int next() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer, 0, buffer.length));
      if (end == 0) return -1;
    }
    return buffer[at++] & 0xff;
  }

  /// A line without its end.
  private String line(int max) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = next(); next != '\n'; next = next()) {
      if (next < 0) throw new IOException("the multipart body ends early");
      if (line.length() >= max) throw new IOException("the multipart headers are too long");
      line.append((char) next);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
