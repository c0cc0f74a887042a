package org.hearth.client.http;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;

/// What a handler answers.
///
/// @param status the HTTP status code
/// @param headers further headers, in order; `Content-Type` follows from the content
/// @param content the body
public record Reply(int status, List<Header> headers, Content content) {

  /// One response header.
  public record Header(String name, String value) {}

  /// The body of an answer.
  public sealed interface Content {
    /// A value written as JSON: a record, a `JsonNode`, or a map or list of such. Absent (null)
    /// components of records are left out.
    record Json(Object value) implements Content {}

    /// Bytes as they are.
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(String type, byte[] bytes) implements Content {}

    /// Bytes read on the request's thread while the client takes them, and closed afterwards.
    ///
    /// @param length how many bytes come, or -1 if unknown
    record Stream(String type, long length, InputStream bytes) implements Content {}
  }

  public Reply {
    headers = List.copyOf(headers);
  }

  /// The empty object, which most successful changes answer.
  public static Reply empty() {
    return ok(Map.of());
  }

  /// 200 with a JSON body.
  public static Reply ok(Object json) {
    return json(200, json);
  }

  /// A JSON body with any status.
  public static Reply json(int status, Object json) {
    return new Reply(status, List.of(), new Content.Json(json));
  }

  /// 200 with bytes.
  public static Reply bytes(String type, byte[] bytes) {
    return new Reply(200, List.of(), new Content.Bytes(type, bytes));
  }

  /// 200 with streamed bytes; `length` is -1 if unknown.
  public static Reply stream(String type, long length, InputStream bytes) {
    return new Reply(200, List.of(), new Content.Stream(type, length, bytes));
  }

  /// The [standard
  /// error](https://spec.matrix.org/v1.19/client-server-api/#standard-error-response).
  ///
  /// @param error a sentence for a person; may be shown by clients
  public static Reply error(int status, String errcode, String error) {
    return error(status, errcode, error, Map.of());
  }

  /// The standard error with more keys.
  public static Reply error(int status, String errcode, String error, Map<String, ?> more) {
    var body = new LinkedHashMap<String, Object>();
    body.put("errcode", errcode);
    body.put("error", error);
    body.putAll(more);
    return json(status, body);
  }

  /// A refusal of the engine, with the status that goes with its code.
  public static Reply refused(Refusal refusal) {
    return refused(ErrorStatus.of(refusal.code()), refusal);
  }

  /// A refusal of the engine, where the endpoint asks for another status.
  public static Reply refused(int status, Refusal refusal) {
    return error(status, refusal.code().name(), refusal.message(), refusal.fields());
  }

  /// 200 with what `body` makes of the value, or the refusal.
  public static <T> Reply of(Outcome<T> outcome, Function<? super T, ?> body) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> ok(body.apply(value));
      case Outcome.Refused<T>(var refusal) -> refused(refusal);
    };
  }

  /// 200 with the empty object, or the refusal.
  public static Reply emptyOr(Outcome<?> outcome) {
    return of(outcome, value -> Map.of());
  }

  /// 429 `M_LIMIT_EXCEEDED` with both ways of saying when to come back.
  public static Reply limitExceeded(Duration retryAfter) {
    long seconds = Math.max(1, (retryAfter.toMillis() + 999) / 1000);
    return error(
            429,
            "M_LIMIT_EXCEEDED",
            "Too many requests",
            Map.of("retry_after_ms", Math.max(1, retryAfter.toMillis())))
        .withHeader("Retry-After", Long.toString(seconds));
  }

  /// The same answer with one header more.
  public Reply withHeader(String name, String value) {
    var more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Reply(status, more, content);
  }
}
