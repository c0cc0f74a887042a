package org.hearth.schemas.json;

/// Bytes that are not the JSON we accept. The message names the place, never the text found there.
public final class MalformedJson extends Exception {
  private static final long serialVersionUID = 1;

  /// Whether the bytes were JSON at all; if so, they did not fit what was asked for.
  private final boolean json;

  MalformedJson(String message, boolean json) {
    super(message);
    this.json = json;
  }

  /// False: `M_NOT_JSON`. True: `M_BAD_JSON`.
  public boolean isJson() {
    return json;
  }
}
