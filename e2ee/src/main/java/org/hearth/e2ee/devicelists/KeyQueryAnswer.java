package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Answer to a key query. Users of whom nothing is known are absent, or have no devices.
///
/// @param deviceKeys by device ID by user, with signatures that the asker may see
/// @param userSigningKeys only the asker's own
/// @param failures servers that could not be asked, with the reason
public record KeyQueryAnswer(
    SortedMap<UserId, SortedMap<String, ObjectNode>> deviceKeys,
    SortedMap<UserId, ObjectNode> masterKeys,
    SortedMap<UserId, ObjectNode> selfSigningKeys,
    SortedMap<UserId, ObjectNode> userSigningKeys,
    SortedMap<ServerName, String> failures) {

  static KeyQueryAnswer empty() {
    return new KeyQueryAnswer(
        new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }
}
