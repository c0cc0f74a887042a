package org.hearth.engine.userdirectory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.account.Accounts;
import org.hearth.engine.directory.DirectoryStore;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Searching users](https://spec.matrix.org/v1.19/client-server-api/#user-directory): "at a
/// minimum" those with whom the searcher shares a room, and those in published rooms; and a local
/// user whose whole ID was typed.
public final class UserDirectory {
  /// How many members one search looks at; small rooms, where people know each other, go first.
  private static final int MAX_LOOKED_AT = 50_000;

  private static final int MAX_LIMIT = 100;

  private final Rooms rooms;
  private final UserRooms userRooms;
  private final DirectoryStore directory;
  private final Accounts accounts;
  private final LocalProfiles profiles;

  public UserDirectory(
      Rooms rooms,
      UserRooms userRooms,
      DirectoryStore directory,
      Accounts accounts,
      LocalProfiles profiles) {
    this.rooms = rooms;
    this.userRooms = userRooms;
    this.directory = directory;
    this.accounts = accounts;
    this.profiles = profiles;
  }

  /// Somebody who was found.
  ///
  /// @param displayName null if they have none
  /// @param avatarUrl null if they have none
  public record Found(UserId userId, @Nullable String displayName, @Nullable String avatarUrl) {}

  /// What was found.
  ///
  /// @param limited whether there are more
  public record Page(List<Found> results, boolean limited) {}

  /// Searches names and IDs for `term`, without regard to case.
  ///
  /// @param limit how many at most; cut at 100
  public Page search(UserId searcher, String term, int limit) {
    String wanted = term.strip().toLowerCase(Locale.ROOT);
    int most = Math.clamp(limit, 0, MAX_LIMIT);
    if (wanted.isEmpty() || most == 0) {
      return new Page(List.of(), false);
    }
    var found = new LinkedHashMap<UserId, Found>();
    exactly(term.strip()).ifPresent(one -> found.put(one.userId(), one));
    int lookedAt = 0;
    for (RoomView room : places(searcher)) {
      for (Event member : room.stateOfType(EventType.MEMBER)) {
        if (++lookedAt > MAX_LOOKED_AT || found.size() > most) {
          return page(found, most);
        }
        consider(member, wanted, searcher, found);
      }
    }
    return page(found, most);
  }

  private static Page page(Map<UserId, Found> found, int most) {
    var results = new ArrayList<>(found.values());
    boolean limited = results.size() > most;
    return new Page(limited ? results.subList(0, most) : results, limited);
  }

  private Optional<Found> exactly(String term) {
    return UserId.tryParse(term)
        .filter(userId -> accounts.active(userId).isPresent())
        .map(
            userId -> {
              var profile = profiles.memberContent(userId);
              return new Found(
                  userId,
                  profile.path("displayname").textValue(),
                  profile.path("avatar_url").textValue());
            });
  }

  private List<RoomView> places(UserId searcher) {
    var ids = new LinkedHashSet<RoomId>(userRooms.joined(searcher));
    ids.addAll(directory.published());
    return ids.stream()
        .map(rooms::view)
        .flatMap(Optional::stream)
        .sorted(Comparator.comparingInt(RoomView::joinedCount))
        .toList();
  }

  private static void consider(
      Event member, String wanted, UserId searcher, Map<UserId, Found> found) {
    if (member.membership().filter("join"::equals).isEmpty()) {
      return;
    }
    Optional<UserId> userId = UserId.tryParse(member.stateKey().orElse(""));
    if (userId.isEmpty() || userId.get().equals(searcher) || found.containsKey(userId.get())) {
      return;
    }
    String name = member.contentString("displayname").orElse(null);
    boolean matches =
        userId.get().value().toLowerCase(Locale.ROOT).contains(wanted)
            || name != null && name.toLowerCase(Locale.ROOT).contains(wanted);
    if (matches) {
      found.put(
          userId.get(),
          new Found(userId.get(), name, member.contentString("avatar_url").orElse(null)));
    }
  }
}
