package org.hearth.e2ee;

import java.util.Optional;
import java.util.SortedMap;
import org.hearth.schemas.id.UserId;

/// The devices (logins) of users of this server; answered by the engine's accounts.
public interface LocalDevices {

  /// Device IDs with their display names, also of devices without keys. Empty for unknown and
  /// deactivated users and for users of other servers.
  SortedMap<String, Optional<String>> of(UserId user);
}
