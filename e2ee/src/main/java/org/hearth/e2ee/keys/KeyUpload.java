package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a device publishes. Everything may be absent.
///
/// @param deviceKeys identity keys of the device; null leaves them as they are
/// @param oneTimeKeys by `<algorithm>:<key_id>`, in the order of the request
/// @param fallbackKeys likewise, at most one for each algorithm
public record KeyUpload(
    @Nullable ObjectNode deviceKeys,
    Map<String, JsonNode> oneTimeKeys,
    Map<String, JsonNode> fallbackKeys) {}
