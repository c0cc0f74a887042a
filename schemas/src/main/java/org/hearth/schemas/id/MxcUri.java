package org.hearth.schemas.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A [content URI](https://spec.matrix.org/v1.19/client-server-api/#matrix-content-mxc-uris),
/// `mxc://server/mediaId`.
public record MxcUri(@JsonValue String value) implements Comparable<MxcUri> {
  private static final String SCHEME = "mxc://";

  public MxcUri {
    Grammar.require(value, "content URI", problem(value));
  }

  public static MxcUri of(ServerName serverName, String mediaId) {
    return new MxcUri(SCHEME + serverName + "/" + mediaId);
  }

  @JsonCreator
  public static MxcUri parse(String value) {
    return new MxcUri(value);
  }

  public static Optional<MxcUri> tryParse(String value) {
    return problem(value) == null ? Optional.of(new MxcUri(value)) : Optional.empty();
  }

  public ServerName serverName() {
    return new ServerName(value.substring(SCHEME.length(), slash(value)));
  }

  /// Only letters, digits, `_` and `-`, so it is safe in a path.
  public String mediaId() {
    return value.substring(slash(value) + 1);
  }

  @Override
  public int compareTo(MxcUri other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static int slash(String value) {
    return value.indexOf('/', SCHEME.length());
  }

  private static @Nullable String problem(String value) {
    if (!value.startsWith(SCHEME)) return "it must start with " + SCHEME;
    if (slash(value) < 0) return "it has no media ID";
    String server = ServerName.problem(value.substring(SCHEME.length(), slash(value)));
    if (server != null) return server;
    String mediaId = value.substring(slash(value) + 1);
    boolean good = !mediaId.isEmpty() && mediaId.length() <= Grammar.MAX_BYTES;
    return good && mediaId.chars().allMatch(MxcUri::isMediaIdCharacter)
        ? null
        : "the media ID may hold only 1 to 255 letters, digits, _ and -";
  }

  private static boolean isMediaIdCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-';
  }
}
