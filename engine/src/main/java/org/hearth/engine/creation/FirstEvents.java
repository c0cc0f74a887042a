package org.hearth.engine.creation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.engine.room.Draft;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// The events of a new room in the order that
/// [createRoom](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom)
/// lists: create, the creator's join, power levels, canonical alias, the preset, `initial_state`,
/// name and topic. Invites follow once the room exists.
final class FirstEvents {
  private final UserId creator;
  private final RoomRules rules;
  private final NewRoom request;
  private final List<Draft> drafts = new ArrayList<>();

  FirstEvents(UserId creator, RoomRules rules, NewRoom request) {
    this.creator = creator;
    this.rules = rules;
    this.request = request;
  }

  /// @param entropy makes two rooms that are created in the same millisecond differ, where the room
  ///   id is a hash
  /// @param encrypt whether to encrypt the room unless the request does so itself
  List<Draft> drafts(
      ObjectNode memberContent, @Nullable RoomAlias alias, String entropy, boolean encrypt) {
    add(EventType.CREATE, "", createContent(entropy));
    add(EventType.MEMBER, creator.value(), memberContent.put("membership", "join"));
    add(EventType.POWER_LEVELS, "", powerLevels());
    if (alias != null)
      add(EventType.CANONICAL_ALIAS, "", Json.object().put("alias", alias.value()));
    stateAfterPreset(encrypt).forEach((key, content) -> add(key.type(), key.key(), content));
    if (request.name() != null) add(EventType.NAME, "", Json.object().put("name", request.name()));
    if (request.topic() != null) add(EventType.TOPIC, "", topicContent(request.topic()));
    return drafts;
  }

  private void add(String type, String stateKey, ObjectNode content) {
    drafts.add(Draft.state(creator, type, stateKey, content));
  }

  private ObjectNode createContent(String entropy) {
    var content =
        request.creationContent() == null ? Json.object() : request.creationContent().deepCopy();
    content.put("room_version", rules.version().id());
    content.remove("creator");
    switch (rules.creatorRule()) {
      case CONTENT_CREATOR -> content.put("creator", creator.value());
      case SENDER -> {}
      case SENDER_AND_ADDITIONAL -> {
        var additional = additionalCreators();
        if (!additional.isEmpty()) {
          var list = content.putArray("additional_creators");
          additional.forEach(user -> list.add(user.value()));
        }
      }
    }
    if (rules.roomIdIsCreateHash()) content.put("org.hearth.entropy", entropy);
    return content;
  }

  /// "... the server ... SHOULD combine `invite` and `additional_creators`" for trusted private
  /// chats.
  private Set<UserId> additionalCreators() {
    var creators = new LinkedHashSet<UserId>();
    if (request.creationContent() != null)
      for (var item : request.creationContent().path("additional_creators"))
        creators.add(UserId.parse(item.asText()));
    if (request.presetOrDefault() == Preset.TRUSTED_PRIVATE_CHAT) creators.addAll(request.invite());
    creators.remove(creator);
    return creators;
  }

  /// Whom a power level override must not name.
  Set<UserId> creators() {
    var all = new LinkedHashSet<UserId>();
    all.add(creator);
    if (rules.creatorsHaveInfinitePower()) all.addAll(additionalCreators());
    return all;
  }

  private ObjectNode powerLevels() {
    var powerful = new LinkedHashSet<UserId>();
    powerful.add(creator);
    if (request.presetOrDefault() == Preset.TRUSTED_PRIVATE_CHAT) powerful.addAll(request.invite());
    var content = DefaultPowerLevels.content(rules, request.presetOrDefault(), powerful);
    var override = request.powerLevelContentOverride();
    if (override != null) content.setAll(override);
    return content;
  }

  private Map<StateKey, ObjectNode> stateAfterPreset(boolean encrypt) {
    var preset = request.presetOrDefault();
    var state = new LinkedHashMap<StateKey, ObjectNode>();
    state.put(StateKey.JOIN_RULES, Json.object().put("join_rule", preset.joinRule));
    state.put(StateKey.HISTORY_VISIBILITY, Json.object().put("history_visibility", "shared"));
    state.put(
        new StateKey(EventType.GUEST_ACCESS, ""),
        Json.object().put("guest_access", preset.guestAccess));
    if (encrypt)
      state.put(StateKey.ENCRYPTION, Json.object().put("algorithm", "m.megolm.v1.aes-sha2"));
    for (var event : request.initialState())
      state.put(new StateKey(event.type(), event.stateKey()), event.content());
    return state;
  }

  /// With the [`m.topic` block](https://spec.matrix.org/v1.19/client-server-api/#mroomtopic).
  private static ObjectNode topicContent(String topic) {
    var content = Json.object().put("topic", topic);
    content.putObject("m.topic").putArray("m.text").addObject().put("body", topic);
    return content;
  }
}
