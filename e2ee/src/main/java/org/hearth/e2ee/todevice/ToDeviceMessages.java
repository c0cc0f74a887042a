package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.schemas.id.UserId;

/// Messages of one request or EDU: content by device ID (or `*` for all) by user.
public record ToDeviceMessages(Map<UserId, Map<String, ObjectNode>> byUser) {
  /// "meaning all known devices for the user".
  public static final String ALL_DEVICES = "*";
}
