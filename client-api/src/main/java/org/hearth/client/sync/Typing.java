package org.hearth.client.sync;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.jspecify.annotations.Nullable;

/// Specification file `typing.yaml`.
public final class Typing {
  private static final long DEFAULT_TIMEOUT_MS = 30_000;

  private final org.hearth.engine.typing.Typing typing;

  public Typing(org.hearth.engine.typing.Typing typing) {
    this.typing = typing;
  }

  /// @param timeout milliseconds; 30 seconds if absent
  record TypingRequest(boolean typing, @Nullable Long timeout) {}

  public void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .put(
            "/v3/rooms/:roomId/typing/:userId",
            Auth.ACCESS_TOKEN,
            TypingRequest.class,
            this::setTyping);
  }

  Reply setTyping(Caller caller, Path path, TypingRequest body) {
    caller.mustBe(path.userId());
    long timeout = body.timeout() == null ? DEFAULT_TIMEOUT_MS : Math.max(0, body.timeout());
    var requester = new Requester(caller.userId(), caller.deviceId());
    return Reply.emptyOr(typing.set(requester, path.roomId(), body.typing(), timeout));
  }
}
