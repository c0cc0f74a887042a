package org.hearth.e2ee;

import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Who shares rooms with whom; answered by the engine's rooms from the committed view.
///
/// Two users share a room when both are joined to it now. Positions are the ledger's.
public interface SharedRooms {

  /// What changed for a user between two positions.
  ///
  /// @param began users who share a room with the user now and did not share one at all times since
  ///   `from`; a superset that still shares now is fine, it only costs clients a query
  /// @param ended users who shared a room at `from` and share none now
  record Changes(Set<UserId> began, Set<UserId> ended) {
    public static final Changes NONE = new Changes(Set.of(), Set.of());
  }

  /// Those of the candidates who share a room with the user. The user itself is not among them
  /// unless it is a candidate and in any room.
  Set<UserId> sharing(UserId user, Collection<UserId> candidates);

  /// Beginnings and ends with `from < position <= to`.
  Changes between(UserId user, long from, long to);

  /// Other servers with a user who shares a room with the user. Never this server.
  Set<ServerName> serversSharing(UserId user);

  /// Whether and since when a user of another server has shared a room with any user of this one,
  /// without interruption. A later position than the true one is allowed; it costs a query of the
  /// user's device list.
  OptionalLong sharedSince(UserId remote);
}
