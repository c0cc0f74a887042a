package org.hearth.engine.resolution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rooms of `src/test/resources/rooms` resolve to what is written there, in whatever order
/// their states and events come.
class RoomFileTest {
  private static final SigningKey KEY = new SigningKey("ed25519:test", new byte[32]);
  private static final int SHUFFLES = 12;

  static Stream<Arguments> roomsByVersion() {
    return RoomFile.all().stream()
        .flatMap(file -> file.versions().stream().map(version -> Arguments.of(file, version)));
  }

  @ParameterizedTest
  @MethodSource("roomsByVersion")
  void resolvesToWhatIsWritten(RoomFile file, RoomVersion version) {
    Told told = new Told(file, version.rules());
    List<StateMap> states = new ArrayList<>(told.states());
    assertThat(told.resolved(states, told.events())).isEqualTo(file.expected(version));

    // A set of states has no order and no doubles, and nor has a graph.
    Random random = new Random(file.name().hashCode());
    for (int i = 0; i < SHUFFLES; i++) {
      List<StateMap> others = new ArrayList<>(states);
      if (i % 3 == 0) others.add(states.get(random.nextInt(states.size())));
      Collections.shuffle(others, random);
      List<Event> events = told.events();
      Collections.shuffle(events, random);
      assertThat(told.resolved(others, events)).isEqualTo(file.expected(version));
    }
  }

  /// A file's events under the rules of one version.
  private static final class Told {
    private final RoomFile file;
    private final RoomRules rules;
    private final Map<String, Event> byName = new LinkedHashMap<>();
    private final Map<EventId, String> names = new HashMap<>();
    private final Map<String, StateMap> statesAfter = new HashMap<>();
    private final Set<EventId> refused = new HashSet<>();
    private RoomId roomId = new RoomId("!room:one.example");

    Told(RoomFile file, RoomRules rules) {
      this.file = file;
      this.rules = rules;
      for (RoomFile.Told each : file.events()) add(each);
    }

    List<Event> events() {
      return new ArrayList<>(byName.values());
    }

    List<StateMap> states() {
      return file.states().stream()
          .map(
              told -> {
                StateMap state = Objects.requireNonNull(statesAfter.get(told.after()));
                for (String name : told.with()) {
                  Event event = event(name);
                  state = state.with(event.stateKeyPair(), event.eventId());
                }
                return state;
              })
          .toList();
    }

    Set<String> resolved(List<StateMap> states, List<Event> events) {
      Set<String> resolved = new TreeSet<>();
      resolve(states, events).events().values().forEach(id -> resolved.add(names.get(id)));
      return resolved;
    }

    private StateMap resolve(List<StateMap> states, List<Event> events) {
      LoadedEventGraph graph =
          new LoadedEventGraph(event("create"), events, event -> refused.contains(event.eventId()));
      return StateResolution.resolve(states, graph, rules);
    }

    private Event event(String name) {
      return Objects.requireNonNull(byName.get(name), () -> file + " has no event " + name);
    }

    private void add(RoomFile.Told told) {
      List<StateMap> before = told.after().stream().map(statesAfter::get).toList();
      StateMap state =
          before.isEmpty()
              ? StateMap.EMPTY
              : before.size() == 1 ? before.getFirst() : resolve(before, events());
      Event event = built(told, state);
      byName.put(told.name(), event);
      names.put(event.eventId(), told.name());
      if (event.isState(StateKey.CREATE)) roomId = event.roomId();
      judge(told, event);
      boolean changes = event.isState() && !refused.contains(event.eventId());
      statesAfter.put(
          told.name(), changes ? state.with(event.stateKeyPair(), event.eventId()) : state);
    }

    /// Every event is allowed by its own auth events, except where the file says which rule
    /// refuses.
    private void judge(RoomFile.Told told, Event event) {
      Map<StateKey, Event> auth = new TreeMap<>();
      for (EventId id : event.authEvents()) {
        Event each = event(Objects.requireNonNull(names.get(id)));
        auth.put(each.stateKeyPair(), each);
      }
      auth.put(StateKey.CREATE, event("create"));
      Verdict verdict = AuthRules.check(event, rules, AuthState.of(auth));
      String rule = verdict instanceof Verdict.Reject(var by, _) ? by.name() : null;
      assertThat(rule)
          .as("%s of %s in %s", told.name(), file, rules.version())
          .isEqualTo(told.refused());
      if (rule != null) refused.add(event.eventId());
    }

    private Event built(RoomFile.Told told, StateMap state) {
      ObjectNode content = content(told);
      List<Event> previous = told.after().stream().map(this::event).toList();
      List<EventId> auth = new ArrayList<>();
      if (told.auth() != null) {
        for (String name : told.auth()) auth.add(event(name).eventId());
      } else {
        for (StateKey key :
            AuthEventSelection.select(
                told.type(), told.stateKey(), told.sender(), content, rules)) {
          EventId id = state.get(key);
          if (id != null) auth.add(id);
        }
      }
      EventBuilder builder =
          new EventBuilder(rules, told.type(), told.sender(), new SecureRandom())
              .content(content)
              .prevEvents(previous.stream().map(Event::eventId).toList())
              .authEvents(auth)
              .depth(1 + previous.stream().mapToLong(Event::depth).max().orElse(0))
              .originServerTs(told.at());
      if (told.stateKey() != null) builder.stateKey(told.stateKey());
      if (!rules.roomIdIsCreateHash() || !told.type().equals(EventType.CREATE))
        builder.roomId(roomId);
      return signed(builder.template(), told);
    }

    /// Not by the builder, which would choose event IDs at random where servers choose them.
    private Event signed(ObjectNode json, RoomFile.Told told) {
      if (rules.eventIdIsField())
        json.put("event_id", "$" + told.name() + ":" + told.sender().serverName());
      try {
        json.putObject("hashes").put("sha256", EventHashes.contentHash(json, rules));
        ObjectNode signed = EventSigning.sign(json, rules, told.sender().serverName(), KEY);
        String authoriser =
            json.path("content").path("join_authorised_via_users_server").textValue();
        if (authoriser != null)
          signed = EventSigning.sign(signed, rules, new UserId(authoriser).serverName(), KEY);
        return EventReader.read(signed, rules);
      } catch (NotCanonical | MalformedEvent e) {
        throw new AssertionError(file + ": " + told.name(), e);
      }
    }

    /// What differs between versions: how a create event names its creators, and that creators who
    /// stand above all levels are not listed.
    private ObjectNode content(RoomFile.Told told) {
      ObjectNode content = told.content().deepCopy();
      if (told.type().equals(EventType.CREATE)) {
        content.put("room_version", rules.version().id());
        content.put("creator", told.sender().value());
      }
      if (rules.creatorsHaveInfinitePower()
          && told.type().equals(EventType.POWER_LEVELS)
          && content.get("users") instanceof ObjectNode users) {
        Event create = event("create");
        users.remove(create.sender().value());
        create.content().path("additional_creators").forEach(user -> users.remove(user.asText()));
      }
      return content;
    }
  }
}
