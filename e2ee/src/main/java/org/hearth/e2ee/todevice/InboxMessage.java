package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.UserId;

/// A message in a device's inbox.
public record InboxMessage(long position, UserId sender, String type, ObjectNode content) {}
