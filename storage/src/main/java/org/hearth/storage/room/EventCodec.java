package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.expiry.SelfDestruct;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// Events, state keys and lists of ordinals as bytes of a row.
final class EventCodec {
  private static final byte SEPARATOR = (byte) 0xff;

  /// In front of what an event's own key seals; no envelope begins with it.
  private static final byte BURNABLE = 2;

  private final Sealing sealing;

  EventCodec(Sealing sealing) {
    this.sealing = sealing;
  }

  /// @param sealed null if redaction keeps everything
  record Halves(byte[] clear, byte @Nullable [] sealed) {}

  Halves halves(Event event) {
    var halves = StoredHalves.split(event);
    var clear = Json.write(halves.clear());
    if (halves.sealed().isEmpty()) return new Halves(clear, null);
    var plain = Json.write(halves.sealed());
    var place = place(event.eventId(), "event");
    if (SelfDestruct.of(event).isEmpty())
      return new Halves(clear, sealing.seal(KeyScope.room(event.roomId()), place, plain));
    var sealed = sealing.seal(KeyScope.event(event.eventId()), place, plain);
    return new Halves(
        clear, ByteBuffer.allocate(sealed.length + 1).put(BURNABLE).put(sealed).array());
  }

  byte[] open(RoomId room, EventId id, byte[] sealed) {
    var place = place(id, "event");
    return sealed[0] == BURNABLE
        ? sealing.open(KeyScope.event(id), place, Arrays.copyOfRange(sealed, 1, sealed.length))
        : sealing.open(KeyScope.room(room), place, sealed);
  }

  Event event(
      RoomId room,
      RoomRules rules,
      EventId id,
      byte[] clear,
      byte @Nullable [] sealed,
      boolean redacted) {
    var rest = sealed == null || redacted ? Json.object() : sealedHalf(room, id, sealed);
    var event = EventReader.readTrusted(new StoredHalves(parse(clear), rest).join(), id, rules);
    return redacted ? Redaction.redact(event) : event;
  }

  ObjectNode sealedHalf(RoomId room, EventId id, byte[] sealed) {
    return parse(open(room, id, sealed));
  }

  byte[] seal(KeyScope scope, String place, byte[] plain) {
    return sealing.seal(scope, place.getBytes(UTF_8), plain);
  }

  byte[] open(KeyScope scope, String place, byte[] sealed) {
    return sealing.open(scope, place.getBytes(UTF_8), sealed);
  }

  private static byte[] place(EventId id, String column) {
    return (id.value() + "|" + column).getBytes(UTF_8);
  }

  static ObjectNode parse(byte[] json) {
    try {
      return Json.parseObject(json);
    } catch (MalformedJson e) {
      throw new IllegalStateException("A stored event is damaged.", e);
    }
  }

  static byte[] name(StateKey key) {
    var type = key.type().getBytes(UTF_8);
    var stateKey = key.key().getBytes(UTF_8);
    return ByteBuffer.allocate(type.length + 1 + stateKey.length)
        .put(type)
        .put(SEPARATOR)
        .put(stateKey)
        .array();
  }

  static StateKey key(byte[] name) {
    int at = 0;
    while (name[at] != SEPARATOR) at++;
    return new StateKey(
        new String(name, 0, at, UTF_8), new String(name, at + 1, name.length - at - 1, UTF_8));
  }

  /// The least name of a type, and the least that is greater than all of them.
  static byte[][] range(String type) {
    var bytes = type.getBytes(UTF_8);
    var from = ByteBuffer.allocate(bytes.length + 1).put(bytes).put(SEPARATOR).array();
    var to = ByteBuffer.allocate(bytes.length + 2).put(bytes).put(SEPARATOR).put(SEPARATOR).array();
    return new byte[][] {from, to};
  }

  static byte[] ordinals(List<Integer> ordinals) {
    var bytes = ByteBuffer.allocate(4 * ordinals.size());
    for (int ordinal : ordinals) bytes.putInt(ordinal);
    return bytes.array();
  }

  static List<Integer> ordinals(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    var ordinals = new ArrayList<Integer>(bytes.length / 4);
    while (buffer.hasRemaining()) ordinals.add(buffer.getInt());
    return ordinals;
  }
}
