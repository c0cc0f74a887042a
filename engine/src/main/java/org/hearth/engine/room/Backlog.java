package org.hearth.engine.room;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// How many events of each server wait in each room to be worked in: a server that sends faster
/// than they can be, or sends what can never be, must not fill the disk.
///
/// Counted since the start of the server, or since nothing waited in the room, which is near enough
/// for a bound.
final class Backlog {
  private final int most;

  /// Protects the map; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  /// Bounded by what is staged.
  private final Map<RoomId, Map<ServerName, Integer>> waiting = new HashMap<>();

  /// @param most of one server in one room
  Backlog(int most) {
    this.most = most;
  }

  boolean hasPlace(RoomId room, ServerName origin) {
    lock.lock();
    try {
      return waiting.getOrDefault(room, Map.of()).getOrDefault(origin, 0) < most;
    } finally {
      lock.unlock();
    }
  }

  void came(RoomId room, ServerName origin) {
    lock.lock();
    try {
      waiting.computeIfAbsent(room, _ -> new HashMap<>()).merge(origin, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  void went(RoomId room, ServerName origin) {
    lock.lock();
    try {
      var ofRoom = waiting.get(room);
      if (ofRoom != null) ofRoom.computeIfPresent(origin, (_, n) -> n > 1 ? n - 1 : null);
    } finally {
      lock.unlock();
    }
  }

  /// Nothing waits in the room.
  void empty(RoomId room) {
    lock.lock();
    try {
      waiting.remove(room);
    } finally {
      lock.unlock();
    }
  }
}
