package org.hearth.engine.presence;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Who is present as of now, in memory. Local users are as present as the most present of their
/// devices; users of other servers are what those say. Each change that others should see has a
/// sequence.
final class PresenceBoard {
  /// Other servers say it again before that.
  static final Duration REMOTE_FOR = Duration.ofMinutes(30);

  /// How often others servers are told again of those who are present.
  static final Duration TOLD_EVERY = Duration.ofMinutes(25);

  /// Stands for the devices that were connected before the server was started.
  private static final String BEFORE_START = "";

  /// How far a place for somebody new is looked for.
  private static final int SEARCHED = 100;

  private final int maxUsers;
  private final InstantSource clock;

  /// Protects everything below; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  /// Those known longest first.
  private final Map<UserId, Person> people = new LinkedHashMap<>();

  private final TreeMap<Long, Person> bySequence = new TreeMap<>();

  /// Whose presence may end by time alone.
  private final LinkedHashSet<Person> watched = new LinkedHashSet<>();

  /// Changed since [#step].
  private final LinkedHashSet<Person> changed = new LinkedHashSet<>();

  private long sequence;

  PresenceBoard(int maxUsers, InstantSource clock) {
    this.maxUsers = maxUsers;
    this.clock = clock;
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /// The newest sequence.
  long sequence() {
    return locked(() -> sequence);
  }

  boolean knows(UserId userId) {
    return locked(() -> people.containsKey(userId));
  }

  /// Puts a local user where it was found in the store; does nothing if the user is known already.
  void remember(UserId userId, Optional<PresenceStore.Noted> noted) {
    run(
        () -> {
          if (people.containsKey(userId)) return;
          var person = newPerson(userId, true);
          if (person == null || noted.isEmpty()) return;
          person.noted = noted.get();
          person.statusMsg = noted.get().statusMsg();
          person.activeMs = noted.get().activeMs();
        });
  }

  /// A local user who was present when the server stopped has as long as after any request to come
  /// back, before others are told that they are gone.
  void wasPresent(PresenceStore.Noted noted) {
    remember(noted.userId(), Optional.of(noted));
    run(
        () -> {
          var person = people.get(noted.userId());
          if (person == null) return;
          var device = person.device(BEFORE_START);
          if (device == null) return;
          device.claim = noted.state();
          device.seenMs = clock.millis();
          settle(person);
        });
  }

  private void run(Runnable work) {
    locked(
        () -> {
          work.run();
          return true;
        });
  }

  /// A request of /sync begins, which says what the device is. Only a device that was something
  /// else before is active by that: who just goes on polling may well be idle.
  void begin(UserId userId, String deviceId, PresenceState claim) {
    run(
        () -> {
          var person = people.get(userId);
          var device = person == null ? null : person.device(deviceId);
          if (person == null || device == null) return;
          if (device.claim != claim && claim == PresenceState.ONLINE)
            person.activeMs = clock.millis();
          device.claim = claim;
          device.requests++;
          device.seenMs = clock.millis();
          settle(person);
        });
  }

  /// The request ends.
  void end(UserId userId, String deviceId) {
    run(
        () -> {
          var person = people.get(userId);
          var device = person == null ? null : person.devices.get(deviceId);
          if (device == null) return;
          device.requests = Math.max(0, device.requests - 1);
          device.seenMs = clock.millis();
        });
  }

  /// "When setting the status, the activity time is updated to reflect that activity."
  void set(UserId userId, String deviceId, PresenceState claim, PresenceStore.Noted noted) {
    run(
        () -> {
          var person = people.get(userId);
          var device = person == null ? null : person.device(deviceId);
          if (person == null || device == null) return;
          device.claim = claim;
          device.seenMs = clock.millis();
          person.devices.remove(BEFORE_START);
          person.activeMs = noted.activeMs();
          person.noted = noted;
          boolean other = !Objects.equals(person.statusMsg, noted.statusMsg());
          person.statusMsg = noted.statusMsg();
          if (!settle(person) && other) moved(person);
        });
  }

  /// "Any activity that bumps the last active time on any of the user's clients will cause the
  /// server to automatically set their presence to `online`." Somebody without a connection stays
  /// offline.
  void active(UserId userId) {
    run(
        () -> {
          var person = people.get(userId);
          if (person == null || person.devices.isEmpty()) return;
          person.activeMs = clock.millis();
          for (var device : person.devices.values()) {
            if (device.claim == PresenceState.UNAVAILABLE) device.claim = PresenceState.ONLINE;
          }
          settle(person);
        });
  }

  /// A device is logged out.
  void gone(UserId userId, String deviceId) {
    run(
        () -> {
          var person = people.get(userId);
          if (person != null && person.devices.remove(deviceId) != null) settle(person);
        });
  }

  /// An account has ended.
  void gone(UserId userId) {
    run(
        () -> {
          var person = people.get(userId);
          if (person == null) return;
          person.devices.clear();
          person.statusMsg = null;
          settle(person);
          person.noted = new PresenceStore.Noted(userId, person.state, null, person.activeMs);
        });
  }

  /// What another server says of its user.
  void heard(UserPresence said) {
    run(
        () -> {
          var known = people.get(said.userId());
          // Who is not known is offline for everybody anyway.
          if (known == null && said.state() == PresenceState.OFFLINE) return;
          var person = known == null ? newPerson(said.userId(), false) : known;
          if (person == null || person.local) return;
          boolean same =
              person.state == said.state()
                  && person.currentlyActive == said.currentlyActive()
                  && Objects.equals(person.statusMsg, said.statusMsg());
          person.state = said.state();
          person.statusMsg = said.statusMsg();
          person.activeMs = said.activeMs();
          person.currentlyActive = said.currentlyActive();
          person.heardMs = clock.millis();
          if (person.state != PresenceState.OFFLINE) watched.add(person);
          if (!same) moved(person);
        });
  }

  /// Null if the board is full of people who are present.
  private @Nullable Person newPerson(UserId userId, boolean local) {
    if (people.size() >= maxUsers) {
      var absent =
          people.values().stream()
              .limit(SEARCHED)
              .filter(person -> person.state == PresenceState.OFFLINE && !watched.contains(person))
              .findFirst();
      if (absent.isEmpty()) return null;
      people.remove(absent.get().userId);
      bySequence.remove(absent.get().sequence);
    }
    var person = new Person(userId, local);
    people.put(userId, person);
    return person;
  }

  /// Works out a local user's state; true if others should see that it changed.
  private boolean settle(Person person) {
    if (!person.devices.isEmpty()) watched.add(person);
    if (!person.settle(clock.millis())) return false;
    moved(person);
    return true;
  }

  private void moved(Person person) {
    bySequence.remove(person.sequence);
    person.sequence = ++sequence;
    bySequence.put(person.sequence, person);
    changed.add(person);
  }

  Optional<UserPresence> of(UserId userId) {
    return locked(() -> Optional.ofNullable(people.get(userId)).map(Person::now));
  }

  /// Those of the users who are not offline.
  List<UserPresence> present(Collection<UserId> users) {
    return locked(
        () -> {
          var present = new ArrayList<UserPresence>();
          for (var user : users) {
            var person = people.get(user);
            if (person != null && person.state != PresenceState.OFFLINE) present.add(person.now());
          }
          return present;
        });
  }

  /// What changed after a sequence, the newest first, at most `limit`.
  ///
  /// @param everybody also those who are offline
  List<UserPresence> after(long after, boolean everybody, int limit) {
    return locked(
        () ->
            bySequence.tailMap(after, false).descendingMap().values().stream()
                .filter(person -> everybody || person.state != PresenceState.OFFLINE)
                .limit(limit)
                .map(Person::now)
                .toList());
  }

  /// What is to be done about what changed.
  ///
  /// @param changed whom others should see anew
  /// @param again local users of whom other servers have not heard for long
  /// @param unnoted of the changed, what is not durable yet
  record Step(
      List<UserPresence> changed, List<UserPresence> again, List<PresenceStore.Noted> unnoted) {}

  /// Lets time pass, and answers what changed since the last time.
  ///
  /// @param limit how many changes are taken at a time
  Step step(int limit) {
    return locked(
        () -> {
          long now = clock.millis();
          var again = new ArrayList<UserPresence>();
          for (var person : List.copyOf(watched)) {
            if (person.local) settle(person);
            else if (now - person.heardMs > REMOTE_FOR.toMillis()) vanished(person);
            if (person.local ? person.devices.isEmpty() : person.state == PresenceState.OFFLINE)
              watched.remove(person);
            else if (person.local
                && now - person.toldMs > TOLD_EVERY.toMillis()
                && again.size() < limit) {
              person.toldMs = now;
              again.add(person.now());
            }
          }
          return taken(again, limit);
        });
  }

  private void vanished(Person person) {
    person.state = PresenceState.OFFLINE;
    person.currentlyActive = false;
    moved(person);
  }

  private Step taken(List<UserPresence> again, int limit) {
    var taken = new ArrayList<UserPresence>();
    var unnoted = new ArrayList<PresenceStore.Noted>();
    var each = changed.iterator();
    var users = new HashSet<UserId>();
    while (each.hasNext() && taken.size() < limit) {
      var person = each.next();
      each.remove();
      taken.add(person.now());
      users.add(person.userId);
      if (person.local) note(person, unnoted);
    }
    again.removeIf(one -> users.contains(one.userId()));
    return new Step(taken, again, unnoted);
  }

  private void note(Person person, List<PresenceStore.Noted> unnoted) {
    person.toldMs = clock.millis();
    var noted = person.noted;
    var state = noted == null ? PresenceState.OFFLINE : noted.state();
    if (state == person.state) return;
    person.noted =
        new PresenceStore.Noted(person.userId, person.state, person.statusMsg, person.activeMs);
    unnoted.add(person.noted);
  }
}
