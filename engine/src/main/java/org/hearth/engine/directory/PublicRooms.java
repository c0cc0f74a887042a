package org.hearth.engine.directory;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// The [published room
/// directory](https://spec.matrix.org/v1.19/client-server-api/#published-room-directory), largest
/// room first.
public final class PublicRooms {
  private static final int MAX_PAGE = 500;

  /// What to list.
  ///
  /// @param limit absent: 100
  /// @param since a token of an earlier answer
  /// @param searchTerm in name, topic or alias; letter case does not matter
  /// @param roomTypes null for all; an element null for rooms without a type
  public record Query(
      @Nullable Integer limit,
      @Nullable String since,
      @Nullable String searchTerm,
      @Nullable List<@Nullable String> roomTypes) {}

  /// @param total estimate of all that match
  public record Page(
      List<Listed> chunk,
      @JsonProperty("next_batch") @Nullable String nextBatch,
      @JsonProperty("prev_batch") @Nullable String prevBatch,
      @JsonProperty("total_room_count_estimate") int total) {}

  /// A room as lists show it; members that the room does not have are null.
  public record Listed(
      @JsonProperty("room_id") RoomId roomId,
      @Nullable String name,
      @Nullable String topic,
      @JsonProperty("canonical_alias") @Nullable String canonicalAlias,
      @JsonProperty("avatar_url") @Nullable String avatarUrl,
      @JsonProperty("num_joined_members") int joined,
      @JsonProperty("world_readable") boolean worldReadable,
      @JsonProperty("guest_can_join") boolean guestCanJoin,
      @JsonProperty("join_rule") @Nullable String joinRule,
      @JsonProperty("room_type") @Nullable String roomType) {

    public static Listed of(RoomView view) {
      return new Listed(
          view.roomId(),
          string(view, EventType.NAME, "name"),
          string(view, EventType.TOPIC, "topic"),
          string(view, EventType.CANONICAL_ALIAS, "alias"),
          string(view, EventType.AVATAR, "url"),
          view.joinedCount(),
          Aliases.worldReadable(view),
          "can_join".equals(string(view, EventType.GUEST_ACCESS, "guest_access")),
          Optional.ofNullable(string(view, EventType.JOIN_RULES, "join_rule")).orElse("invite"),
          view.createEvent().contentString("type").orElse(null));
    }

    private static @Nullable String string(RoomView view, String type, String key) {
      Event event = view.state(type);
      return event == null
          ? null
          : event.contentString(key).filter(value -> !value.isEmpty()).orElse(null);
    }

    private boolean matches(String lowerCaseTerm) {
      return contains(name, lowerCaseTerm)
          || contains(topic, lowerCaseTerm)
          || contains(canonicalAlias, lowerCaseTerm);
    }

    private static boolean contains(@Nullable String text, String lowerCaseTerm) {
      return text != null && text.toLowerCase(Locale.ROOT).contains(lowerCaseTerm);
    }
  }

  private final Directory directory;

  public PublicRooms(Directory directory) {
    this.directory = directory;
  }

  public Outcome<Boolean> published(RoomId roomId) {
    if (directory.rooms().view(roomId).isEmpty())
      return Outcome.notFound("This server does not know the room " + roomId + ".");
    return Outcome.done(directory.store().published(roomId));
  }

  /// Needs the power to set the room's canonical alias.
  public Outcome<Void> publish(Requester requester, RoomId roomId, boolean published) {
    if (directory.rooms().view(roomId).isEmpty())
      return Outcome.notFound("This server does not know the room " + roomId + ".");
    if (!directory.powers().maySendState(roomId, requester.userId(), EventType.CANONICAL_ALIAS))
      return Outcome.forbidden("Only members who may change the room's main alias can publish it.");
    if (directory.store().published(roomId) != published)
      directory.ledger().write(new SetPublished(roomId, published));
    return Outcome.nothing();
  }

  /// This server's list.
  public Outcome<Page> list(Query query) {
    int offset = 0;
    if (query.since() != null) {
      var parsed = offset(query.since());
      if (parsed.isEmpty())
        return Outcome.refused(
            ErrorCode.M_INVALID_PARAM, "`since` is not a token of this directory.");
      offset = parsed.get();
    }
    var matching = matching(query);
    int limit =
        Math.clamp(query.limit() == null || query.limit() == 0 ? 100 : query.limit(), 1, MAX_PAGE);
    int from = Math.min(offset, matching.size());
    int to = Math.min(from + limit, matching.size());
    return Outcome.done(
        new Page(
            matching.subList(from, to),
            to < matching.size() ? token(to) : null,
            from > 0 ? token(Math.max(0, from - limit)) : null,
            matching.size()));
  }

  /// Another server's list, as it answers it.
  public Outcome<JsonNode> list(ServerName server, ObjectNode request) {
    if (server.equals(directory.serverName()))
      throw new IllegalArgumentException("ask for this server's own list directly");
    return directory.remoteRooms().publicRooms(server, request);
  }

  private List<Listed> matching(Query query) {
    var term =
        query.searchTerm() == null ? "" : query.searchTerm().strip().toLowerCase(Locale.ROOT);
    return directory.store().published().stream()
        .map(directory.rooms()::view)
        .flatMap(Optional::stream)
        .filter(view -> view.joinedCount() > 0)
        .map(Listed::of)
        .filter(room -> term.isEmpty() || room.matches(term))
        .filter(room -> query.roomTypes() == null || query.roomTypes().contains(room.roomType()))
        .sorted(Comparator.comparingInt(Listed::joined).reversed().thenComparing(Listed::roomId))
        .toList();
  }

  private static String token(int offset) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(("o" + offset).getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<Integer> offset(String token) {
    try {
      var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      return text.matches("o\\d{1,9}")
          ? Optional.of(Integer.parseInt(text.substring(1)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// An object for [#list(ServerName, ObjectNode)] from a query.
  public static ObjectNode request(Query query) {
    var request = Json.object();
    if (query.limit() != null) request.put("limit", query.limit());
    if (query.since() != null) request.put("since", query.since());
    if (query.searchTerm() != null)
      request.putObject("filter").put("generic_search_term", query.searchTerm());
    return request;
  }
}
