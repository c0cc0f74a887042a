package org.hearth.engine.resolution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;

/// A room as a file of `src/test/resources/rooms` tells it; the README there has the format.
record RoomFile(String name, ObjectNode json) {
  private static final Path DIRECTORY = Path.of("src/test/resources/rooms");

  private static final Map<String, String> SERVERS =
      Map.of(
          "alice", "one.example",
          "bob", "one.example",
          "carol", "two.example",
          "dave", "two.example",
          "erin", "three.example",
          "frank", "three.example");

  /// What stands in every room that says `"room": "public"`.
  private static final String PUBLIC_ROOM =
      """
      [{"id": "create", "type": "m.room.create", "key": "", "sender": "@alice", "content": {}},
       {"id": "alice", "type": "m.room.member", "key": "@alice", "sender": "@alice",
        "content": {"membership": "join"}},
       {"id": "levels", "type": "m.room.power_levels", "key": "", "sender": "@alice",
        "content": {"users": {"@alice": 100}}},
       {"id": "rules", "type": "m.room.join_rules", "key": "", "sender": "@alice",
        "content": {"join_rule": "public"}}]
      """;

  static List<RoomFile> all() {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(RoomFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RoomFile read(Path file) {
    try {
      String name = file.getFileName().toString().replace(".json", "");
      return new RoomFile(name, Json.parseObject(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedJson e) {
      throw new AssertionError(file + ": " + e.getMessage(), e);
    }
  }

  /// The versions that the file has a result for.
  List<RoomVersion> versions() {
    return Stream.of(RoomVersion.values()).filter(version -> resolved(version) != null).toList();
  }

  /// The short names of the events that the resolved state consists of.
  Set<String> expected(RoomVersion version) {
    Set<String> names = new TreeSet<>();
    Objects.requireNonNull(resolved(version)).forEach(name -> names.add(name.textValue()));
    return names;
  }

  private JsonNode resolved(RoomVersion version) {
    for (Map.Entry<String, JsonNode> entry : json.path("resolved").properties()) {
      String[] range = entry.getKey().split("-", 2);
      int first = RoomVersion.parse(range[0]).ordinal();
      int last = RoomVersion.parse(range[range.length - 1]).ordinal();
      if (first <= version.ordinal() && version.ordinal() <= last) return entry.getValue();
    }
    return null;
  }

  /// One event as the file tells it.
  ///
  /// @param after the short names of its previous events
  /// @param auth the short names of its auth events; null for those that the rules select
  /// @param refused the rule that refuses it by its auth events; null for none
  record Told(
      String name,
      String type,
      String stateKey,
      UserId sender,
      ObjectNode content,
      List<String> after,
      List<String> auth,
      long at,
      String refused) {}

  /// In an order in which each comes after those it names.
  List<Told> events() {
    List<JsonNode> all = new ArrayList<>();
    if (json.path("room").asText().equals("public")) parse(PUBLIC_ROOM).forEach(all::add);
    json.path("events").forEach(all::add);
    Map<String, Told> told = new LinkedHashMap<>();
    String before = null;
    for (JsonNode event : all) {
      List<String> after = before == null ? List.of() : List.of(before);
      if (event.has("after")) after = names(event.get("after"));
      String name = event.path("id").textValue();
      String key = event.path("key").textValue();
      boolean twice =
          told.put(
                  name,
                  new Told(
                      name,
                      event.path("type").textValue(),
                      key == null ? null : user(key),
                      new UserId(user(event.path("sender").textValue())),
                      (ObjectNode) withUsers(event.path("content")),
                      after,
                      event.has("auth") ? names(event.get("auth")) : null,
                      event.path("at").asLong(1_000L * (told.size() + 1)),
                      event.path("refused").textValue()))
              != null;
      if (twice) throw new AssertionError(this.name + " has two events " + name);
      before = name;
    }
    return List.copyOf(told.values());
  }

  /// A state to be resolved: the one after an event, with some events put in.
  record ToldState(String after, List<String> with) {}

  List<ToldState> states() {
    List<ToldState> states = new ArrayList<>();
    for (JsonNode state : json.path("states")) {
      states.add(
          state.isTextual()
              ? new ToldState(state.textValue(), List.of())
              : new ToldState(state.path("after").textValue(), names(state.path("with"))));
    }
    return states;
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.forEach(name -> names.add(name.textValue()));
    return names;
  }

  private static JsonNode parse(String text) {
    try {
      return Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  /// `@alice` is short for Alice's user ID.
  private static String user(String text) {
    boolean isShort = text.startsWith("@") && SERVERS.containsKey(text.substring(1));
    return isShort ? text + ":" + SERVERS.get(text.substring(1)) : text;
  }

  private static JsonNode withUsers(JsonNode node) {
    if (node.isTextual()) return Json.toTree(user(node.textValue()));
    if (node.isArray()) {
      var list = Json.array();
      node.forEach(item -> list.add(withUsers(item)));
      return list;
    }
    if (!node.isObject()) return node;
    ObjectNode object = Json.object();
    Map<String, JsonNode> fields = new HashMap<>();
    node.properties().forEach(field -> fields.put(user(field.getKey()), field.getValue()));
    new TreeSet<>(fields.keySet()).forEach(key -> object.set(key, withUsers(fields.get(key))));
    return object;
  }

  @Override
  public String toString() {
    return name;
  }
}
