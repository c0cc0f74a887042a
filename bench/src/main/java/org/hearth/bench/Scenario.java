package org.hearth.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What is measured. Each makes its own rooms, so that none inherits the history of another.
enum Scenario {
  /// One client, one message after the other: how long a message takes when nothing else happens.
  SEQUENTIAL("sequential", "one client, one message after the other"),
  /// All clients in one room: what one room can take.
  ONE_ROOM("one-room", "all clients send in one room"),
  /// Clients spread over rooms: what the server can take.
  MANY_ROOMS("many-rooms", "clients spread over rooms"),
  /// The same, and readers follow: how long until others see a message.
  READERS("readers", "as many-rooms, with a syncing reader in each room"),
  /// Each join is an event of state.
  JOINS("joins", "clients join one public room after the other"),
  /// What a client asks that starts anew.
  INITIAL_SYNCS("initial-syncs", "clients in ten rooms each sync without a token");

  private static final int SYNCED_ROOMS = 10;
  private static final int SYNCED_MESSAGES = 20;

  final String label;
  final String description;

  Scenario(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /// What one client does again and again.
  @FunctionalInterface
  interface Worker {
    /// @param mark unique; messages carry it
    /// @return null once there is nothing left to do
    Homeserver.@Nullable Answer work(String mark) throws IOException, InterruptedException;
  }

  /// Who works and who reads.
  ///
  /// @param readers follow /sync all the time
  record Cast(List<Worker> workers, List<Client> readers) {}

  /// Whether the same cast can be measured again.
  boolean repeatable() {
    return this != JOINS;
  }

  /// Makes the rooms and lets everybody join.
  ///
  /// @param clients `plan.accounts()`; the readers are taken from the end
  Cast cast(Plan plan, List<Client> clients) throws IOException, InterruptedException {
    List<Client> senders = clients.subList(0, this == SEQUENTIAL ? 1 : plan.clients());
    return switch (this) {
      case SEQUENTIAL, ONE_ROOM -> sending(1, senders, List.of());
      case MANY_ROOMS -> sending(plan.rooms(), senders, List.of());
      case READERS ->
          sending(
              plan.rooms(),
              senders,
              clients.subList(plan.clients(), plan.clients() + plan.readers()));
      case JOINS -> joining(plan.rooms(), senders);
      case INITIAL_SYNCS -> syncing(senders);
    };
  }

  private static Cast sending(int count, List<Client> senders, List<Client> readers)
      throws IOException, InterruptedException {
    var payloads = new Payloads();
    List<String> rooms = rooms(count, senders);
    // With more rooms than senders each has several, which are the sender's own.
    if (count < senders.size())
      each(senders.size(), i -> i < count ? null : join(senders.get(i), rooms.get(i % count)));
    if (!readers.isEmpty()) each(count, i -> join(readers.get(i % readers.size()), rooms.get(i)));
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < senders.size(); i++) {
      var messages = new ArrayList<Client.Messages>();
      for (int room = i % count; room < count; room += senders.size())
        messages.add(senders.get(i).messages(rooms.get(room), payloads));
      var next = new AtomicInteger();
      workers.add(mark -> messages.get(next.getAndIncrement() % messages.size()).send(mark));
    }
    return new Cast(workers, readers);
  }

  private static Cast joining(int count, List<Client> clients)
      throws IOException, InterruptedException {
    List<String> rooms = rooms(count, clients);
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < clients.size(); i++) {
      int self = i;
      var next = new AtomicInteger(i);
      workers.add(
          _ -> {
            int room = next.getAndIncrement();
            // It is in its own rooms already.
            while (room < self + count && room % count % clients.size() == self)
              room = next.getAndIncrement();
            return room >= self + count ? null : clients.get(self).join(rooms.get(room % count));
          });
    }
    return new Cast(workers, List.of());
  }

  private static Cast syncing(List<Client> clients) throws IOException, InterruptedException {
    List<String> rooms = rooms(SYNCED_ROOMS, clients);
    var payloads = new Payloads();
    each(
        SYNCED_ROOMS,
        i -> {
          for (Client client : clients) join(client, rooms.get(i));
          var messages = clients.getFirst().messages(rooms.get(i), payloads);
          for (int n = 0; n < SYNCED_MESSAGES; n++)
            messages.send(Payloads.mark(INITIAL_SYNCS.ordinal(), i, n)).orThrow("send");
          return null;
        });
    return new Cast(
        clients.stream().<Worker>map(client -> _ -> client.sync(null, 0)).toList(), List.of());
  }

  private static List<String> rooms(int count, List<Client> owners)
      throws IOException, InterruptedException {
    return Crowd.ask(count, 4, number -> owners.get(number % owners.size()).createRoom());
  }

  private static void each(int count, Crowd.Task<@Nullable Void> task)
      throws IOException, InterruptedException {
    Crowd.ask(
        count,
        8,
        number -> {
          task.run(number);
          return number;
        });
  }

  private static @Nullable Void join(Client client, String room)
      throws IOException, InterruptedException {
    client.join(room).orThrow("join");
    return null;
  }
}
