package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.hearth.engine.auth.RoomFixture;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.StateNode;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

class RoomMemoryTest {
  private final RoomFixture room = RoomFixture.publicRoom(RoomVersion.V11);
  private final RoomKey key = new RoomKey(1, room.roomId(), room.rules());
  private final Event words =
      room.built(
          room.builder(ALICE, "m.room.message")
              .roomId(room.roomId())
              .content(Json.object().put("body", "words")));
  private final RoomMemory memory =
      new RoomMemory(
          store(
              (_, method, _) -> {
                throw new AssertionError(method + " is not asked for");
              }),
          new MemoryBudget(1 << 20));

  private RoomEvent row(int redactedBy) {
    return new RoomEvent(key, 7, words, 3, Standing.ACCEPTED, 0, 0, 0, List.of(), redactedBy, null);
  }

  /// A reader found the row, then a redaction became durable, then the reader kept what it found.
  @Test
  void aReaderDoesNotBringContentBackThatIsGone() {
    memory.redacted(key, 7, 9);

    var kept = memory.keep(row(0));

    assertThat(kept.event().content()).isEmpty();
    assertThat(kept.redactedBy()).isEqualTo(9);
    assertThat(memory.cached(key, 7)).isEqualTo(kept);
  }

  @Test
  void whatIsCachedLosesItsContent() {
    memory.keep(row(0));
    memory.redacted(key, 7, ContentRemoval.EXPIRED);

    var cached = java.util.Objects.requireNonNull(memory.cached(key, 7));
    assertThat(cached.event().content()).isEmpty();
    assertThat(cached.redactedBy()).isEqualTo(ContentRemoval.EXPIRED);
  }

  @Test
  void aRedactionStaysTheReasonWhenTheContentIsRemovedLater() {
    memory.keep(row(0));
    memory.redacted(key, 7, 9);
    memory.redacted(key, 7, ContentRemoval.EXPIRED);

    assertThat(memory.cached(key, 7)).extracting(RoomEvent::redactedBy).isEqualTo(9);
  }

  @Test
  void aNodeIsFoundThatIsTooLargeToBeKept() {
    var node = StateNode.of(32, 0, new long[32]);
    var without = new RoomMemory(store((_, _, _) -> List.of(node)), new MemoryBudget(0));

    assertThat(without.node(key, 32)).isEqualTo(node);
    assertThat(without.node(key, 32)).isEqualTo(node);
  }

  private static RoomStore store(InvocationHandler answers) {
    return (RoomStore)
        Proxy.newProxyInstance(
            RoomStore.class.getClassLoader(), new Class<?>[] {RoomStore.class}, answers);
  }
}
