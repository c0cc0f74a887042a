package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.hearth.engine.federation.EduReceiver;
import org.hearth.engine.room.InboundRooms;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Specification file `transactions.yaml`; methods are its operationIds.
///
/// The same transaction of a server, sent again, gets the same answer without being carried out
/// again; what is forgotten here, the engine still recognises: events by their IDs, send-to-device
/// messages by theirs.
final class Transactions {
  static final String SEND = "/_matrix/federation/v1/send/:txnId";

  static final int MAX_PDUS = 50;
  static final int MAX_EDUS = 100;
  private static final int MAX_ID = 255;
  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

  private final InboundRooms rooms;
  private final Map<String, EduReceiver> edus;

  /// Under way, or answered lately.
  private final Cache<Id, CompletableFuture<ObjectNode>> lately =
      Caffeine.newBuilder().maximumSize(2_000).expireAfterWrite(Duration.ofMinutes(30)).build();

  Transactions(InboundRooms rooms, Map<String, EduReceiver> edus) {
    this.rooms = rooms;
    this.edus = edus;
  }

  private record Id(ServerName origin, String transactionId) {}

  void mount(FederationRoutes routes) {
    routes.put(SEND, this::sendTransaction);
  }

  Answer sendTransaction(Call call) {
    Id id = new Id(call.origin(), call.path("txnId"));
    if (id.transactionId.length() > MAX_ID) throw BadRequest.invalid("The txnId is too long.");
    ObjectNode body = call.body();
    JsonNode origin = body.path("origin");
    if (!origin.isMissingNode() && !call.origin().value().equals(origin.asText(""))) {
      throw BadRequest.invalid("The transaction is of another origin than the request.");
    }
    List<ObjectNode> pdus = objects(body.path("pdus"), MAX_PDUS, "PDUs");
    List<ObjectNode> ephemeral = objects(body.path("edus"), MAX_EDUS, "EDUs");
    return Answer.ok(once(id, pdus, ephemeral));
  }

  private ObjectNode once(Id id, List<ObjectNode> pdus, List<ObjectNode> ephemeral) {
    CompletableFuture<ObjectNode> mine = new CompletableFuture<>();
    CompletableFuture<ObjectNode> other = lately.asMap().putIfAbsent(id, mine);
    if (other != null) {
      try {
        return other.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException failure) throw failure;
        throw e;
      }
    }
    try {
      ObjectNode answer = carryOut(id, pdus, ephemeral);
      mine.complete(answer);
      return answer;
    } catch (RuntimeException | Error e) {
      lately.asMap().remove(id, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private ObjectNode carryOut(Id id, List<ObjectNode> pdus, List<ObjectNode> ephemeral) {
    ObjectNode body = Json.object();
    ObjectNode results = body.putObject("pdus");
    if (!pdus.isEmpty()) {
      Map<EventId, String> received = rooms.receive(id.origin, id.transactionId, pdus);
      received.forEach(
          (eventId, error) -> {
            ObjectNode result = results.putObject(eventId.value());
            if (!error.isEmpty()) result.put("error", error);
          });
    }
    for (ObjectNode edu : ephemeral) receive(id.origin, edu);
    return body;
  }

  private void receive(ServerName origin, ObjectNode edu) {
    String type = edu.path("edu_type").asText("");
    EduReceiver receiver = edus.get(type);
    if (receiver == null || !(edu.path("content") instanceof ObjectNode content)) return;
    try {
      ObjectNode allowed =
          switch (type) {
            case "m.typing" -> typing(origin, content);
            case "m.receipt" -> receipts(origin, content);
            default -> content;
          };
      if (!allowed.isEmpty()) receiver.receive(origin, allowed);
    } catch (LedgerException e) {
      // What was to be durable is not: the other side must send it again.
      throw e;
    } catch (RuntimeException e) {
      LOG.error("An EDU {} of {} failed", type, origin, e);
    }
  }

  /// "Server ACLs ... apply to EDUs": typing in a room that the server is kept out of.
  private ObjectNode typing(ServerName origin, ObjectNode content) {
    return allowed(origin, content.path("room_id").asText("")) ? content : Json.object();
  }

  /// Receipts are by room at the top.
  private ObjectNode receipts(ServerName origin, ObjectNode content) {
    ObjectNode allowed = Json.object();
    content
        .properties()
        .forEach(
            room -> {
              if (allowed(origin, room.getKey())) allowed.set(room.getKey(), room.getValue());
            });
    return allowed;
  }

  private boolean allowed(ServerName origin, String roomId) {
    return RoomId.tryParse(roomId).filter(room -> rooms.allowedByAcl(origin, room)).isPresent();
  }

  private static List<ObjectNode> objects(JsonNode list, int most, String what) {
    if (list.size() > most)
      throw BadRequest.invalid("At most " + most + " " + what + " are taken.");
    List<ObjectNode> objects = new ArrayList<>(list.size());
    for (JsonNode item : list) {
      if (item instanceof ObjectNode object) objects.add(object);
    }
    return objects;
  }
}
