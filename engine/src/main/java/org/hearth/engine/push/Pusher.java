package org.hearth.engine.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.UserId;

/// A [pusher](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset).
///
/// @param deviceId the device that set it; it goes when the device goes
/// @param fields what the client gave and gets back: `app_display_name`, `device_display_name`,
///   `lang`, `kind`, `data` and perhaps `profile_tag`
public record Pusher(
    UserId userId, String deviceId, String appId, String pushkey, ObjectNode fields) {
  /// Push keys and names stay out of logs.
  @Override
  public String toString() {
    return "Pusher[" + userId + ", " + appId + "]";
  }
}
