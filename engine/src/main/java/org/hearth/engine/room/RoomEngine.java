package org.hearth.engine.room;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.ServerName;

/// Everything about rooms, put together.
public final class RoomEngine {

  /// How much memory rooms may take.
  ///
  /// @param activeRooms rooms whose heads and member counts are in memory
  /// @param events events in memory
  /// @param nodeBytes state nodes in memory
  /// @param keys state keys in memory
  public record Limits(int activeRooms, int events, long nodeBytes, int keys) {
    public static final Limits DEFAULT = new Limits(2_000, 20_000, 32L << 20, 100_000);
  }

  /// @param store what rooms read about themselves
  public record Ports(RoomStore store) {}

  /// Who this server is.
  public record Identity(ServerName name, SigningKey key) {}

  private final CommittedRooms rooms;
  private final LocalAppends appends;

  public RoomEngine(
      Identity identity,
      Ledger ledger,
      Ports ports,
      InstantSource clock,
      SecureRandom random,
      Limits limits) {
    var memory =
        new RoomMemory(
            ports.store(),
            new RoomMemory.Limits(limits.events(), limits.nodeBytes(), limits.keys()));
    var writers = new RoomWriters(memory, ledger, identity.name(), limits.activeRooms());
    var events = new LocalEvents(identity.name(), identity.key(), clock, random);
    rooms = new CommittedRooms(writers);
    appends = new LocalAppends(writers, events, new CurrentState());
  }

  public Rooms rooms() {
    return rooms;
  }

  public RoomAppends appends() {
    return appends;
  }
}
