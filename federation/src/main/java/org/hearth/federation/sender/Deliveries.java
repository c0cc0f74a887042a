package org.hearth.federation.sender;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.engine.federation.SenderChange.DestinationCaughtUp;
import org.hearth.engine.federation.SenderChange.DestinationLags;
import org.hearth.engine.room.OutgoingEvents;
import org.hearth.engine.room.OutgoingEvents.Outgoing;
import org.hearth.federation.client.FederationReply;
import org.hearth.federation.sender.Parcel.Waiting;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works on one destination's list: [#step] sends one transaction. One thread at a time.
final class Deliveries {
  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
  private static final int MAX_DURABLE = 60;
  private static final Duration REFUSED_WAIT = Duration.ofSeconds(5);

  /// A destination that was away for long and missed more than this many events gets only the
  /// newest of each room: it asks for what lies before them, and most of it it may never need.
  static final int MUCH = 1000;

  static final Duration LONG_ABSENCE = Duration.ofHours(1);

  private static final int MAX_ROOMS = 10_000;

  private final ServerName own;
  private final ServerName destination;
  private final Waitlist list;
  private final Courier courier;
  private final OutgoingEvents events;
  private final OutgoingEdus edus;
  private final Ledger ledger;
  private final InstantSource clock;
  private final AtomicLong nonces;

  /// While catching up after a long absence: what is still to be sent of it, and what the
  /// destination has when it is.
  private final ArrayDeque<Waiting> newest = new ArrayDeque<>();

  private long newestUpTo;

  Deliveries(
      ServerName own,
      ServerName destination,
      Waitlist list,
      Courier courier,
      OutgoingEvents events,
      OutgoingEdus edus,
      Ledger ledger,
      InstantSource clock,
      AtomicLong nonces) {
    this.own = own;
    this.destination = destination;
    this.list = list;
    this.courier = courier;
    this.events = events;
    this.edus = edus;
    this.ledger = ledger;
    this.clock = clock;
    this.nonces = nonces;
  }

  /// How it went.
  sealed interface Result {
    /// Something was delivered; there may be more.
    record Delivered() implements Result {}

    record NothingToDo() implements Result {}

    /// @param pause before the next try
    record Failed(Duration pause) implements Result {}
  }

  /// Sends one transaction, if there is anything to send.
  Result step() {
    Instant now = clock.instant();
    Instant until = courier.restingUntil(destination).orElse(now);
    if (now.isBefore(until)) {
      list.dropEphemeral();
      beginToLag();
      return new Result.Failed(Duration.between(now, until));
    }
    Parcel parcel = next();
    if (parcel.isEmpty()) return new Result.NothingToDo();
    Result result = send(parcel);
    switch (result) {
      case Result.Delivered _ -> delivered(parcel);
      case Result.Failed _ -> failed(parcel);
      case Result.NothingToDo _ -> {}
    }
    return result;
  }

  private Parcel next() {
    List<Waiting> waiting = list.lags() ? missed() : list.oldest(Parcel.MAX_EVENTS);
    List<QueuedEdu> durable = List.of();
    if (list.takeDurableEdus()) {
      durable = edus.after(destination, 0, MAX_DURABLE);
      if (durable.size() == MAX_DURABLE) list.hasDurableEdus();
    }
    List<ObjectNode> ephemeral = list.takeEphemeral(Parcel.MAX_EDUS - durable.size());
    return new Parcel(waiting, durable, ephemeral);
  }

  /// The next events of a destination that lags; none once it is live again.
  private List<Waiting> missed() {
    while (newest.isEmpty()) {
      long from = list.behind().orElse(0);
      long upTo = ledger.committed();
      boolean longAway = clock.millis() - list.sinceMs() >= LONG_ABSENCE.toMillis();
      int limit = longAway ? MUCH : Parcel.MAX_EVENTS;
      List<Outgoing> page = events.after(destination, from, upTo, limit);
      if (page.size() >= MUCH) {
        onlyNewest(page, upTo);
        continue;
      }
      if (!page.isEmpty())
        return page.stream().limit(Parcel.MAX_EVENTS).map(Deliveries::waiting).toList();
      list.caughtUpTo(upTo);
      if (list.liveAgain()) {
        note(new DestinationCaughtUp(destination));
        return list.oldest(Parcel.MAX_EVENTS);
      }
      // An event was offered that is not committed yet as far as the reader sees; it will be in a
      // moment.
      if (ledger.committed() == upTo) return List.of();
    }
    return newest.stream().limit(Parcel.MAX_EVENTS).toList();
  }

  private void onlyNewest(List<Outgoing> first, long upTo) {
    Map<RoomId, Outgoing> byRoom = new LinkedHashMap<>();
    List<Outgoing> page = first;
    newestUpTo = upTo;
    while (!page.isEmpty()) {
      for (Outgoing event : page) byRoom.put(event.roomId(), event);
      long last = page.getLast().position();
      if (byRoom.size() >= MAX_ROOMS) {
        newestUpTo = last;
        break;
      }
      page = events.after(destination, last, upTo, MUCH);
    }
    byRoom.values().stream()
        .map(Deliveries::waiting)
        .sorted(java.util.Comparator.comparingLong(Waiting::position))
        .forEach(newest::add);
    LOG.info(
        "{} was away for long; sending the newest event of {} rooms", destination, newest.size());
  }

  private static Waiting waiting(Outgoing event) {
    return new Waiting(event.position(), event.eventId());
  }

  private Result send(Parcel parcel) {
    List<ObjectNode> pdus =
        parcel.events().isEmpty() ? List.of() : events.federationForm(parcel.eventIds());
    // All events are gone, purged meanwhile.
    if (pdus.isEmpty() && parcel.durable().isEmpty() && parcel.ephemeral().isEmpty()) {
      return new Result.Delivered();
    }
    ObjectNode body = parcel.body(own.value(), clock.millis(), pdus);
    String id = parcel.transactionId(nonces.incrementAndGet());
    return switch (courier.send(destination, id, body)) {
      case FederationReply.Answered(var answer) -> {
        answer
            .path("pdus")
            .properties()
            .forEach(
                event -> {
                  String error = event.getValue().path("error").asText("");
                  if (!error.isEmpty()) LOG.debug("{} refused {}", destination, event.getKey());
                });
        yield new Result.Delivered();
      }
      case FederationReply.Refused refused -> refused(parcel, refused);
      case FederationReply.Failed failed -> {
        LOG.debug("{}: {}", destination, failed.reason());
        yield new Result.Failed(restingTime());
      }
    };
  }

  private Result refused(Parcel parcel, FederationReply.Refused refused) {
    boolean bad = refused.status() == 400 || refused.status() == 413;
    if (!bad) {
      LOG.debug("{} answered {}", destination, refused.status());
      if (refused.retryAfter().isPresent()) return new Result.Failed(refused.retryAfter().get());
      if (refused.status() < 500) courier.refused(destination);
      return new Result.Failed(restingTime());
    }
    List<Parcel> halves = parcel.halves();
    if (halves.isEmpty()) {
      LOG.warn("{} can not take {}: {}", destination, parcel.eventIds(), refused.errorCode());
      return new Result.Delivered();
    }
    for (Parcel half : halves) {
      if (half.isEmpty()) continue;
      if (send(half) instanceof Result.Failed failed) return failed;
    }
    return new Result.Delivered();
  }

  private Duration restingTime() {
    Instant now = clock.instant();
    return courier
        .restingUntil(destination)
        .filter(now::isBefore)
        .map(until -> Duration.between(now, until))
        .orElse(REFUSED_WAIT);
  }

  private void delivered(Parcel parcel) {
    int count = parcel.events().size();
    if (!list.lags()) {
      list.delivered(count);
    } else if (!newest.isEmpty()) {
      for (int i = 0; i < count; i++) newest.remove();
      if (newest.isEmpty()) progress(newestUpTo);
    } else if (count > 0) {
      progress(parcel.events().getLast().position());
    }
    if (parcel.lastEdu().isPresent()) {
      edus.delivered(destination, parcel.lastEdu().getAsLong());
    }
  }

  private void progress(long upTo) {
    list.caughtUpTo(upTo);
    note(new DestinationLags(destination, upTo, list.sinceMs()));
  }

  private void failed(Parcel parcel) {
    list.dropEphemeral();
    if (!parcel.durable().isEmpty()) list.hasDurableEdus();
    beginToLag();
  }

  /// Makes the destination lag, durably: from then on the cursor of all may pass it.
  void beginToLag() {
    if (list.lags() || list.behind().isEmpty()) return;
    long sinceMs = clock.millis();
    long upTo = list.behind().getAsLong();
    ledger.write(
        Entry.of(Lane.FEDERATION, List.of(new DestinationLags(destination, upTo, sinceMs))));
    list.lag(sinceMs);
  }

  /// If it is lost, events are sent twice, which harms nobody.
  private void note(org.hearth.ledger.Change change) {
    ledger
        .append(Entry.of(Lane.FEDERATION, new ArrayList<>(List.of(change))))
        .exceptionally(
            failure -> {
              LOG.warn("the progress of {} was not stored: {}", destination, failure.toString());
              return 0L;
            });
  }
}
