package org.hearth.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What is measured. Each makes its own rooms, so that none inherits the history of another.
enum Scenario {
  /// One client, one message after the other: how long a message takes when nothing else happens.
  SEQUENTIAL("sequential", "one client, one message after the other"),
  /// All clients in one room: what one room can take.
  ONE_ROOM("one-room", "all clients send in one room"),
  /// Clients spread over rooms: what the server can take.
  MANY_ROOMS("many-rooms", "clients spread over rooms"),
  /// All clients send in one room each of `rooms`, and readers follow: how long until others see a
  /// message.
  READERS("readers", "as many-rooms, with a syncing reader in each room");

  final String label;
  final String description;

  Scenario(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /// Where clients send and who reads.
  ///
  /// @param senders who sends; `rooms.get(i)` is where the i-th does
  /// @param readers follow /sync all the time
  record Cast(List<Client> senders, List<String> rooms, List<Client> readers) {}

  /// Makes the rooms and lets everybody join.
  ///
  /// @param clients at least `plan.clients() + plan.rooms()`; the readers are taken from the end
  Cast cast(Plan plan, List<Client> clients) throws IOException, InterruptedException {
    List<Client> senders =
        clients.subList(0, this == SEQUENTIAL ? 1 : Math.min(plan.clients(), clients.size()));
    int count = this == SEQUENTIAL || this == ONE_ROOM ? 1 : Math.min(plan.rooms(), senders.size());
    List<String> rooms = Crowd.ask(count, 4, number -> senders.get(number).createRoom());
    Crowd.ask(
        senders.size(),
        8,
        number -> {
          if (number >= count) senders.get(number).join(rooms.get(number % count));
          return number;
        });
    var readers = new ArrayList<Client>();
    if (this == READERS) {
      readers.addAll(clients.subList(plan.clients(), plan.clients() + count));
      Crowd.ask(
          count,
          8,
          number -> {
            readers.get(number).join(rooms.get(number));
            return number;
          });
    }
    var targets = new ArrayList<String>();
    for (int i = 0; i < senders.size(); i++) targets.add(rooms.get(i % count));
    return new Cast(senders, targets, readers);
  }
}
