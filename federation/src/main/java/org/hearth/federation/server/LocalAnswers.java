package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.federation.LocalQueries;
import org.hearth.engine.profile.Profiles;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// [LocalQueries], answered by the engine's own profiles, directory and rooms.
public final class LocalAnswers implements LocalQueries {
  private static final int MAX_LIMIT = 100;

  private final ServerName own;
  private final Profiles profiles;
  private final Aliases aliases;
  private final org.hearth.engine.directory.PublicRooms publicRooms;
  private final SpaceSummaries spaces;
  private final Function<String, Optional<UserId>> openIdTokens;

  /// @param openIdTokens whose OpenID token it is
  public LocalAnswers(
      ServerName own,
      Profiles profiles,
      Aliases aliases,
      org.hearth.engine.directory.PublicRooms publicRooms,
      Rooms rooms,
      Function<String, Optional<UserId>> openIdTokens) {
    this.own = own;
    this.profiles = profiles;
    this.aliases = aliases;
    this.publicRooms = publicRooms;
    this.spaces = new SpaceSummaries(rooms);
    this.openIdTokens = openIdTokens;
  }

  @Override
  public Outcome<ObjectNode> profile(UserId userId, Optional<String> field) {
    if (!userId.serverName().equals(own))
      return Outcome.notFound("The user is not of this server.");
    Outcome<ObjectNode> whole = profiles.profile(userId);
    // "If the user exists but has not set the field, an empty object".
    return field.isEmpty() ? whole : whole.map(profile -> only(profile, field.get()));
  }

  private static ObjectNode only(ObjectNode profile, String field) {
    ObjectNode one = Json.object();
    if (profile.has(field)) one.set(field, profile.get(field));
    return one;
  }

  @Override
  public Outcome<ObjectNode> directory(RoomAlias alias) {
    if (!alias.serverName().equals(own))
      return Outcome.notFound("The alias is not of this server.");
    return aliases
        .resolve(alias)
        .map(
            target -> {
              ObjectNode body = Json.object().put("room_id", target.roomId().value());
              ArrayNode servers = body.putArray("servers");
              target.servers().forEach(server -> servers.add(server.value()));
              return body;
            });
  }

  @Override
  public Outcome<JsonNode> publicRooms(ServerName origin, ObjectNode request) {
    JsonNode filter = request.path("filter");
    JsonNode limit = request.path("limit");
    return publicRooms
        .list(
            new org.hearth.engine.directory.PublicRooms.Query(
                limit.canConvertToInt() ? Math.clamp(limit.intValue(), 0, MAX_LIMIT) : MAX_LIMIT,
                text(request.path("since")),
                text(filter.path("generic_search_term")),
                roomTypes(filter.path("room_types"))))
        .map(Json::toTree);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private static @Nullable List<@Nullable String> roomTypes(JsonNode node) {
    if (!node.isArray()) return null;
    List<@Nullable String> types = new ArrayList<>();
    for (JsonNode type : node) types.add(text(type));
    return types;
  }

  @Override
  public Outcome<JsonNode> hierarchy(ServerName origin, RoomId roomId, boolean suggestedOnly) {
    return spaces.of(origin, roomId, suggestedOnly);
  }

  @Override
  public Optional<UserId> openIdUser(String accessToken) {
    return openIdTokens.apply(accessToken);
  }
}
