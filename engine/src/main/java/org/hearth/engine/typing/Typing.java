package org.hearth.engine.typing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.hearth.engine.Requester;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// Who is typing in which room. Lost with the process, as it should be; a sequence says what is new
/// since.
public final class Typing {
  /// Longer is cut: a client that types on says so again.
  private static final long MAX_TIMEOUT_MS = 120_000;

  /// Other servers renew every 30 seconds.
  private static final long REMOTE_TIMEOUT_MS = 60_000;

  private static final int MAX_ROOMS = 20_000;
  private static final int MAX_PER_ROOM = 100;

  /// Users with the time when they count as silent.
  private static final class Typists {
    final Map<UserId, Long> until = new TreeMap<>();
    long sequence;
  }

  private final ServerName serverName;
  private final Rooms rooms;
  private final EphemeralSender sender;
  private final InstantSource clock;
  private final List<Consumer<RoomId>> listeners = new CopyOnWriteArrayList<>();

  /// Protects `typists` and `sequence`; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<RoomId, Typists> typists = new HashMap<>();
  private long sequence;

  public Typing(ServerName serverName, Rooms rooms, EphemeralSender sender, InstantSource clock) {
    this.serverName = serverName;
    this.rooms = rooms;
    this.sender = sender;
    this.clock = clock;
  }

  /// Hears of rooms where somebody began or ceased to type.
  public void listen(Consumer<RoomId> listener) {
    listeners.add(listener);
  }

  /// The newest sequence.
  public long sequence() {
    lock.lock();
    try {
      return sequence;
    } finally {
      lock.unlock();
    }
  }

  /// Who types in a room, if that changed after `after`.
  public java.util.Optional<List<UserId>> changed(RoomId roomId, long after) {
    lock.lock();
    try {
      var room = typists.get(roomId);
      return room == null || room.sequence <= after
          ? java.util.Optional.empty()
          : java.util.Optional.of(List.copyOf(room.until.keySet()));
    } finally {
      lock.unlock();
    }
  }

  /// @param timeoutMs how long the user counts as typing; cut at two minutes
  public Outcome<Void> set(Requester requester, RoomId roomId, boolean typing, long timeoutMs) {
    var user = requester.userId();
    var view = rooms.view(roomId);
    if (view.isEmpty() || !view.get().membership(user).equals("join"))
      return Outcome.forbidden("You are not in the room " + roomId + ".");
    if (!put(roomId, user, typing, Math.min(timeoutMs, MAX_TIMEOUT_MS))) return Outcome.nothing();
    var others = new LinkedHashSet<>(view.get().joinedServers());
    others.remove(serverName);
    if (!others.isEmpty()) {
      var content =
          Json.object()
              .put("room_id", roomId.value())
              .put("user_id", user.value())
              .put("typing", typing);
      sender.send(others, roomId, "m.typing", content);
    }
    return Outcome.nothing();
  }

  /// Takes an `m.typing` EDU; ignores users who are not of `origin` or not in the room.
  public void receive(ServerName origin, ObjectNode content, InboundRooms acl) {
    var roomId = RoomId.tryParse(content.path("room_id").asText(""));
    var userId = UserId.tryParse(content.path("user_id").asText(""));
    if (roomId.isEmpty() || userId.isEmpty() || !userId.get().serverName().equals(origin)) return;
    var view = rooms.view(roomId.get());
    if (view.isEmpty()
        || !view.get().membership(userId.get()).equals("join")
        || !acl.allowedByAcl(origin, roomId.get())) return;
    put(roomId.get(), userId.get(), content.path("typing").asBoolean(false), REMOTE_TIMEOUT_MS);
  }

  /// Whether that changed who is seen typing.
  private boolean put(RoomId roomId, UserId user, boolean typing, long timeoutMs) {
    lock.lock();
    try {
      var room = typists.get(roomId);
      if (room == null) {
        if (!typing || typists.size() >= MAX_ROOMS) return false;
        room = new Typists();
        typists.put(roomId, room);
      }
      boolean changed;
      if (typing) {
        if (room.until.size() >= MAX_PER_ROOM && !room.until.containsKey(user)) return false;
        changed = room.until.put(user, clock.millis() + timeoutMs) == null;
      } else {
        changed = room.until.remove(user) != null;
      }
      if (changed) room.sequence = ++sequence;
      if (!changed) return false;
    } finally {
      lock.unlock();
    }
    listeners.forEach(listener -> listener.accept(roomId));
    return true;
  }

  /// Lets those fall silent whose time is over; called every second or so by a loop of the server.
  public void step() {
    var silent = new ArrayList<RoomId>();
    lock.lock();
    try {
      long now = clock.millis();
      for (var room : typists.entrySet()) {
        if (!room.getValue().until.values().removeIf(until -> until <= now)) continue;
        room.getValue().sequence = ++sequence;
        silent.add(room.getKey());
      }
    } finally {
      lock.unlock();
    }
    for (var roomId : silent) listeners.forEach(listener -> listener.accept(roomId));
  }
}
