package org.hearth.client.meta;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What this server tells about itself.
///
/// @param clientBaseUrl where clients reach it; empty publishes nothing
/// @param delegatedServer host and port where other servers reach it; empty publishes nothing
/// @param supportPage an address for people; empty publishes none
/// @param features flags for [Versions][org.hearth.client.meta], of what exists
public record ServerFacts(
    Optional<String> clientBaseUrl,
    Optional<String> delegatedServer,
    List<Contact> contacts,
    Optional<String> supportPage,
    String defaultRoomVersion,
    List<String> roomVersions,
    Map<String, Boolean> features) {

  /// Somebody to turn to.
  ///
  /// @param role `m.role.admin` or `m.role.security`, or a namespaced one
  public record Contact(String role, Optional<String> matrixId, Optional<String> email) {}

  public ServerFacts {
    contacts = List.copyOf(contacts);
    roomVersions = List.copyOf(roomVersions);
    features = Map.copyOf(features);
  }
}
