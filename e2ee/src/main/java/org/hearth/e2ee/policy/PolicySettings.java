package org.hearth.e2ee.policy;

import java.util.Set;
import org.hearth.schemas.id.RoomId;

/// The part of the configuration that the policy follows.
///
/// @param required false turns the policy off: everything may be sent in clear
/// @param unencryptedRooms in which rooms without encryption people may write
/// @param listedRooms for [UnencryptedRooms#LISTED]
public record PolicySettings(
    boolean required, UnencryptedRooms unencryptedRooms, Set<RoomId> listedRooms) {

  /// Where people may write in clear.
  public enum UnencryptedRooms {
    /// Nowhere.
    NONE,
    /// In rooms that the configuration lists.
    LISTED,
    /// In rooms that anybody may join, where secrecy would be an illusion, and in listed ones.
    PUBLIC
  }

  public static final PolicySettings REQUIRED =
      new PolicySettings(true, UnencryptedRooms.NONE, Set.of());

  public static final PolicySettings OFF =
      new PolicySettings(false, UnencryptedRooms.PUBLIC, Set.of());

  public PolicySettings {
    listedRooms = Set.copyOf(listedRooms);
  }
}
