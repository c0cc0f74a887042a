package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.room.Draft;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

/// "State is a persistent radix vector": a message adds no row of state, a state event one small
/// row whatever the room's size, and forks share what they do not change.
class StateRowsTest extends RoomStorageTest implements StorageTest.OnH2 {
  /// Bytes of one node with all of its 32 places taken, whose values are written as differences.
  private static final int NODE = 70;

  /// Rows of state, and bytes in them.
  private record Rows(long count, long bytes) {
    Rows since(Rows before) {
      return new Rows(count - before.count, bytes - before.bytes);
    }
  }

  @Test
  void messagesAddNoRows() {
    var room = largeRoom(100);
    var before = rows();

    for (int i = 0; i < 30; i++) send(room, ALICE, "m" + i, "m" + i);

    assertThat(rows()).isEqualTo(before);
  }

  /// The path to the changed key: one node more for 32 times the keys.
  @Test
  void aStateEventAddsOneRowThatGrowsWithTheLogarithmOfTheRoom() {
    assertThat(bytesOfOneChange(largeRoom(20))).isPositive().isLessThanOrEqualTo(NODE);
    assertThat(bytesOfOneChange(largeRoom(900))).isLessThanOrEqualTo(2 * NODE);
    assertThat(bytesOfOneChange(largeRoom(3_000))).isLessThanOrEqualTo(3 * NODE);
  }

  private long bytesOfOneChange(RoomId room) {
    var before = rows();
    state(room, ALICE, "test.place", "7", content("value", "changed"));
    var added = rows().since(before);
    assertThat(added.count()).isEqualTo(1);
    return added.bytes();
  }

  /// Both are built on the same heads. What they agree on, 3,000 keys, is stored once; their
  /// resolution is an edit of one of them.
  @Test
  void forksShareWhatTheyDoNotChange() {
    var room = largeRoom(3_000);
    var left = done(engine.appends().build(room, place("1", "left")));
    var right = done(engine.appends().build(room, place("2", "right")));
    var before = rows();

    done(engine.appends().appendBuilt(left, List.of()));
    done(engine.appends().appendBuilt(right, List.of()));

    assertThat(view(room).heads()).containsExactlyInAnyOrder(left.eventId(), right.eventId());
    var added = rows().since(before);
    assertThat(added.count()).isLessThanOrEqualTo(3);
    assertThat(added.bytes()).isLessThanOrEqualTo(3 * 400);

    var merged = rows();
    send(room, ALICE, "both", "both");
    assertThat(view(room).heads()).hasSize(1);
    assertThat(rows()).isEqualTo(merged);
    assertThat(view(room).state()).hasSize(5 + 3_000);
  }

  private RoomId largeRoom(int keys) {
    var room = createRoom(RoomVersion.V12);
    var drafts = new ArrayList<Draft>();
    for (int i = 0; i < keys; i++) drafts.add(place(String.valueOf(i), "first"));
    for (int from = 0; from < keys; from += 500)
      done(
          engine
              .appends()
              .append(room, drafts.subList(from, Math.min(from + 500, keys)), List.of()));
    return room;
  }

  private static Draft place(String key, String value) {
    return Draft.state(ALICE, "test.place", key, Json.object().put("value", value));
  }

  private Rows rows() {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var select =
                      connection.prepareStatement(
                          "SELECT COUNT(*), COALESCE(SUM(OCTET_LENGTH(node)), 0) FROM room_node");
                  var row = select.executeQuery()) {
                row.next();
                return new Rows(row.getLong(1), row.getLong(2));
              }
            });
  }
}
