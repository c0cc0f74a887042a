package org.hearth.engine.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// One user's presence at one moment.
///
/// @param statusMsg what the user wrote about it; null for nothing
/// @param activeMs when the user was last active; 0 if that is not known
/// @param currentlyActive "the server will not send further updates to the last active time until"
///   this ends
/// @param sequence of the change that made it so
public record UserPresence(
    UserId userId,
    PresenceState state,
    @Nullable String statusMsg,
    long activeMs,
    boolean currentlyActive,
    long sequence) {

  /// `content` of [m.presence](https://spec.matrix.org/v1.19/client-server-api/#mpresence), and the
  /// answer of `getPresence`.
  public ObjectNode content(long nowMs) {
    var content = Json.object().put("presence", state.text());
    if (activeMs > 0) content.put("last_active_ago", Math.max(0, nowMs - activeMs));
    if (state == PresenceState.ONLINE) content.put("currently_active", currentlyActive);
    if (statusMsg != null) content.put("status_msg", statusMsg);
    return content;
  }

  /// The event as /sync shows it.
  ObjectNode event(long nowMs) {
    var event = Json.object().put("type", Presence.TYPE).put("sender", userId.value());
    event.set("content", content(nowMs));
    return event;
  }

  /// "A list of presence updates that the receiving server is likely to be interested in", with
  /// this one.
  ObjectNode push(long nowMs) {
    var edu = Json.object();
    edu.putArray("push")
        .addObject()
        .put("user_id", userId.value())
        .put("last_active_ago", Math.max(0, nowMs - activeMs))
        .setAll(content(nowMs));
    return edu;
  }

  /// What a person wrote stays out of logs.
  @Override
  public String toString() {
    return "UserPresence[" + userId + ", " + state + "]";
  }
}
