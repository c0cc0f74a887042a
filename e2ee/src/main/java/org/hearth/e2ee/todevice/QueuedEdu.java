package org.hearth.e2ee.todevice;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// An EDU in the queue towards a server.
public record QueuedEdu(long position, String type, ObjectNode content) {}
