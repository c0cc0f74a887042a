package org.hearth.engine.directory;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.Requester;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// [Room aliases](https://spec.matrix.org/v1.19/client-server-api/#room-aliases): names that point
/// to room ids.
public final class Aliases {
  /// The room an alias points to, and servers through which it can be joined.
  public record Target(RoomId roomId, List<ServerName> servers) {}

  private static final int MAX_SERVERS = 50;

  private final Directory directory;

  /// Protects the decision whether an alias is free; held until it is durably taken.
  private final ReentrantLock taking = new ReentrantLock();

  public Aliases(Directory directory) {
    this.directory = directory;
  }

  public Outcome<Target> resolve(RoomAlias alias) {
    if (!alias.serverName().equals(directory.serverName()))
      return directory
          .remoteRooms()
          .alias(alias)
          .map(found -> new Target(found.roomId(), found.servers()));
    return directory
        .store()
        .alias(alias)
        .map(local -> Outcome.done(new Target(local.roomId(), servers(local.roomId()))))
        .orElseGet(() -> Outcome.notFound("There is no room with the alias " + alias + "."));
  }

  private List<ServerName> servers(RoomId roomId) {
    Set<ServerName> servers = new LinkedHashSet<>();
    servers.add(directory.serverName());
    directory.rooms().view(roomId).map(RoomView::joinedServers).ifPresent(servers::addAll);
    return servers.stream().limit(MAX_SERVERS).toList();
  }

  /// Only for a room that the requester is in.
  public Outcome<Void> put(Requester requester, RoomAlias alias, RoomId roomId) {
    if (!alias.serverName().equals(directory.serverName()))
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM,
          "Aliases made here must end in :" + directory.serverName() + ".");
    var view = directory.rooms().view(roomId);
    if (view.isEmpty() || !view.get().membership(requester.userId()).equals("join"))
      return Outcome.forbidden("Only members of the room can give it an alias.");
    taking.lock();
    try {
      if (directory.store().alias(alias).isPresent())
        return Outcome.refused(
            ErrorCode.M_ROOM_IN_USE, "The alias " + alias + " is taken; choose another.");
      directory.ledger().write(new PutAlias(alias, roomId, requester.userId()));
      return Outcome.nothing();
    } finally {
      taking.unlock();
    }
  }

  /// Whoever made the alias may remove it, and whoever may set the room's canonical alias.
  public Outcome<Void> remove(Requester requester, RoomAlias alias) {
    var found = directory.store().alias(alias);
    if (found.isEmpty()) return Outcome.notFound("There is no alias " + alias + " on this server.");
    var local = found.get();
    if (!local.creator().equals(requester.userId())
        && !directory
            .powers()
            .maySendState(local.roomId(), requester.userId(), EventType.CANONICAL_ALIAS))
      return Outcome.forbidden(
          "Only who made the alias, or may change the room's main alias, can remove it.");
    directory.ledger().write(new RemoveAlias(alias));
    return Outcome.nothing();
  }

  /// For members, and for everybody where the room is world readable.
  public Outcome<List<RoomAlias>> of(Requester requester, RoomId roomId) {
    var view = directory.rooms().view(roomId);
    if (view.isEmpty()
        || !(view.get().membership(requester.userId()).equals("join") || worldReadable(view.get())))
      return Outcome.forbidden("Only members of the room see its aliases.");
    return Outcome.done(directory.store().aliases(roomId));
  }

  static boolean worldReadable(RoomView view) {
    var event = view.state(EventType.HISTORY_VISIBILITY);
    return event != null
        && event.contentString("history_visibility").filter("world_readable"::equals).isPresent();
  }

  /// Where a canonical alias event may point: "the server MUST verify that the alias points to the
  /// room".
  public boolean pointsTo(RoomAlias alias, RoomId roomId) {
    return resolve(alias) instanceof Outcome.Done<Target>(var target)
        && target.roomId().equals(roomId);
  }

  boolean isFree(RoomAlias alias) {
    return directory.store().alias(alias).isEmpty();
  }

  /// Runs what takes an alias while nobody else can take one.
  public <T> Outcome<T> taking(RoomAlias alias, java.util.function.Supplier<Outcome<T>> then) {
    taking.lock();
    try {
      if (!isFree(alias))
        return Outcome.refused(
            ErrorCode.M_ROOM_IN_USE, "The alias " + alias + " is taken; choose another.");
      return then.get();
    } finally {
      taking.unlock();
    }
  }
}
