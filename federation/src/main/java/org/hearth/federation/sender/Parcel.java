package org.hearth.federation.sender;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.json.Json;

/// What goes into one transaction.
///
/// @param events in the order in which they are sent
/// @param durable EDUs of the durable queue, in its order
/// @param ephemeral whole EDUs that may be lost
record Parcel(List<Waiting> events, List<QueuedEdu> durable, List<ObjectNode> ephemeral) {
  static final int MAX_EVENTS = 50;
  static final int MAX_EDUS = 100;

  Parcel {
    events = List.copyOf(events);
    durable = List.copyOf(durable);
    ephemeral = List.copyOf(ephemeral);
  }

  /// An event on its way.
  record Waiting(long position, EventId eventId) {}

  boolean isEmpty() {
    return events.isEmpty() && durable.isEmpty() && ephemeral.isEmpty();
  }

  List<EventId> eventIds() {
    return events.stream().map(Waiting::eventId).toList();
  }

  OptionalLong lastEdu() {
    return durable.isEmpty() ? OptionalLong.empty() : OptionalLong.of(durable.getLast().position());
  }

  /// The same events and durable EDUs have the same ID however often they are sent, also by the
  /// next process: a destination that had carried the transaction out before it could say so
  /// recognises it.
  ///
  /// @param nonce for a parcel that holds only what may be lost
  String transactionId(long nonce) {
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.eventId()).append('\n'));
    durable.forEach(edu -> text.append(edu.position()).append('\n'));
    if (text.isEmpty()) text.append("nonce ").append(nonce);
    byte[] hash = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    return Base64Unpadded.encodeUrlSafe(hash);
  }

  ObjectNode body(String origin, long now, List<ObjectNode> pdus) {
    ObjectNode body = Json.object();
    body.put("origin", origin);
    body.put("origin_server_ts", now);
    body.putArray("pdus").addAll(pdus);
    List<ObjectNode> edus = new ArrayList<>();
    for (QueuedEdu edu : durable) edus.add(edu(edu.type(), edu.content()));
    edus.addAll(ephemeral);
    if (!edus.isEmpty()) body.putArray("edus").addAll(edus);
    return body;
  }

  static ObjectNode edu(String type, ObjectNode content) {
    ObjectNode edu = Json.object();
    edu.put("edu_type", type);
    edu.set("content", content);
    return edu;
  }

  /// The halves of a parcel that was refused as a whole, to find out which part of it the
  /// destination cannot take.
  List<Parcel> halves() {
    if (!ephemeral.isEmpty()) return List.of(new Parcel(events, durable, List.of()));
    if (!events.isEmpty() && !durable.isEmpty()) {
      return List.of(
          new Parcel(events, List.of(), List.of()), new Parcel(List.of(), durable, List.of()));
    }
    int count = Math.max(events.size(), durable.size());
    if (count < 2) return List.of();
    int middle = count / 2;
    return events.isEmpty()
        ? List.of(
            new Parcel(List.of(), durable.subList(0, middle), List.of()),
            new Parcel(List.of(), durable.subList(middle, count), List.of()))
        : List.of(
            new Parcel(events.subList(0, middle), List.of(), List.of()),
            new Parcel(events.subList(middle, count), List.of(), List.of()));
  }
}
