package org.hearth.e2ee.crosssigning;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.id.UserId;

/// What is durable about cross-signing, of local users and of cached remote ones.
public interface CrossSigningStore {

  /// Users without keys are absent.
  Map<UserId, CrossSigningKeys> keys(Collection<UserId> users);

  default CrossSigningKeys keys(UserId user) {
    return keys(java.util.List.of(user)).getOrDefault(user, CrossSigningKeys.NONE);
  }

  /// Signatures on things of these users that were made by the owner itself, or by the viewer.
  ///
  /// @param viewer empty for another server, which sees only those of the owner
  List<KeySignature> signatures(Collection<UserId> targets, Optional<UserId> viewer);
}
