package org.hearth.client.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.hearth.engine.verify.RoomVerification;

/// A verification as lines of JSON. It goes on as far as they are read, so that nobody works for a
/// client that has gone.
final class VerificationLines extends InputStream {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RoomVerification verification;
  private byte[] line = new byte[0];
  private int at;
  private boolean ended;

  VerificationLines(RoomVerification verification) {
    this.verification = verification;
  }

  @Override
  public int read() throws IOException {
    return fill() ? line[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) return 0;
    if (!fill()) return -1;
    int count = Math.min(length, line.length - at);
    System.arraycopy(line, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    if (at < line.length) return true;
    if (ended) return false;
    ended = !verification.step();
    Map<String, Object> next = new LinkedHashMap<>();
    if (ended) {
      var report = verification.report();
      next.put("report", report);
      next.put("sound", report.sound());
    } else {
      next.put("done", verification.done());
      next.put("total", verification.total());
    }
    line = line(next);
    at = 0;
    return true;
  }

  private static byte[] line(Map<String, Object> value) throws JsonProcessingException {
    return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
