package org.hearth.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthEventsRules;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventFormat;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.room.RoomVersion;

class EventFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void anEventIsMalformedOrHoldsTogether(byte[] data) throws MalformedEvent {
    RoomVersion version = Strange.version(data);
    ObjectNode json = Strange.object(data, 1);
    if (json == null) return;
    Event event;
    try {
      event = EventReader.read(json, version.rules());
    } catch (MalformedEvent e) {
      return;
    }
    redactionIsStable(event);
    halvesAreTheWhole(event);
    EventHashes.contentHashMatches(event);
    EventFormat.fieldsFit(event);
    assertThat(EventSigning.requiredSigners(event)).hasSizeLessThanOrEqualTo(3);
    assertThat(EventSigning.verify(event, (_, _) -> null)).isNotNull();
    assertThat(AuthEventSelection.select(event)).hasSizeLessThanOrEqualTo(7);
    judged(event, version);
  }

  private static void redactionIsStable(Event event) throws MalformedEvent {
    Event redacted = Redaction.redact(event);
    assertThat(EventReader.read(redacted.json(), event.rules())).isEqualTo(event);
    assertThat(canonical(Redaction.redact(redacted))).isEqualTo(canonical(redacted));
  }

  private static void halvesAreTheWhole(Event event) {
    StoredHalves halves = StoredHalves.split(event);
    assertThat(CanonicalJson.encodeLikePython(halves.join())).isEqualTo(canonical(event));
  }

  /// By an empty room, by one of Alice alone, and by one that holds the event itself; the clear
  /// half like the whole.
  private static void judged(Event event, RoomVersion version) {
    Event create = Strange.create(version);
    Event clear =
        EventReader.readTrusted(StoredHalves.split(event).clear(), event.eventId(), event.rules());
    Map<StateKey, Event> alone = Map.of(StateKey.CREATE, create);
    Map<StateKey, Event> itself =
        event.isState()
            ? Map.of(
                StateKey.CREATE,
                event.isState(StateKey.CREATE) ? event : create,
                event.isState(StateKey.CREATE) ? StateKey.JOIN_RULES : event.stateKeyPair(),
                event)
            : alone;
    for (Map<StateKey, Event> state : List.of(Map.<StateKey, Event>of(), alone, itself)) {
      Verdict verdict = AuthRules.check(event, event.rules(), AuthState.of(state));
      assertThat(AuthRules.check(clear, event.rules(), AuthState.of(state))).isEqualTo(verdict);
    }
    AuthEventsRules.check(event, List.of(event, create), _ -> false);
  }

  private static byte[] canonical(Event event) {
    return CanonicalJson.encodeLikePython(event.json());
  }
}
