package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Keys that were handed out.
///
/// @param keys by `<algorithm>:<key_id>` by device ID by user; what had none is absent
/// @param failures servers that could not be asked, with the reason
public record ClaimedKeys(
    SortedMap<UserId, SortedMap<String, ObjectNode>> keys,
    SortedMap<ServerName, String> failures) {}
