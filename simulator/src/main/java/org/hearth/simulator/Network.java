package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.hearth.engine.room.InboundRooms;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;

/// Between the servers: delays, reorders, duplicates, loses, and falls apart.
final class Network {
  private static final long TIMEOUT_MS = 10_000;

  private final World world;
  private final Chance chance;

  /// Servers with different numbers do not hear each other.
  private final TreeMap<ServerName, Integer> sides = new TreeMap<>();

  private int lossPercent;
  private int doublePercent;
  private int longestDelayMs = 5;
  private int sent;

  Network(World world, Chance chance) {
    this.world = world;
    this.chance = chance;
  }

  void weather(int lossPercent, int doublePercent, int longestDelayMs) {
    this.lossPercent = lossPercent;
    this.doublePercent = doublePercent;
    this.longestDelayMs = longestDelayMs;
  }

  void partition(List<ServerName> apart) {
    sides.clear();
    for (var server : apart) sides.put(server, 1);
    world.counts.add("partitions");
    world.trace.add(world.scheduler.elapsed(), "partition", apart);
  }

  void isolate(ServerName server) {
    partition(List.of(server));
  }

  void heal() {
    sides.clear();
  }

  private boolean connected(ServerName a, ServerName b) {
    return sides.getOrDefault(a, 0).equals(sides.getOrDefault(b, 0));
  }

  private boolean lost(ServerName a, ServerName b) {
    boolean lost = !connected(a, b) || chance.percent(lossPercent);
    if (lost) world.counts.add("messages lost");
    return lost;
  }

  private long delay() {
    // Most messages are quick, some overtake others by far.
    return chance.percent(15) ? chance.between(0, longestDelayMs) : chance.between(0, 3);
  }

  private static <T> Outcome<T> timeout() {
    return Outcome.refused(ErrorCode.M_CONNECTION_TIMEOUT, "No answer.");
  }

  private static <T> Outcome<T> unreachable() {
    return Outcome.refused(ErrorCode.M_CONNECTION_FAILED, "There is nobody.");
  }

  /// A question of one server to another, waited for. The other one may have done what it was asked
  /// to do although the answer is a refusal: that is what networks are like.
  <T> Outcome<T> ask(
      Incarnation from, ServerName to, String what, Function<InboundRooms, Outcome<T>> question) {
    from.check();
    world.counts.add("questions asked");
    world.trace.add(world.scheduler.elapsed(), what, from.server.name, to);
    if (lost(from.server.name, to)) {
      from.sleep(TIMEOUT_MS);
      return timeout();
    }
    from.sleep(delay());
    var target = world.server(to);
    var there = target == null ? null : target.now();
    if (there == null) return unreachable();
    if (chance.percent(doublePercent)) {
      world.counts.add("messages doubled");
      from.forget(answer(from, there, question));
    }
    var answer = await(from, answer(from, there, question));
    if (lost(to, from.server.name)) {
      from.sleep(TIMEOUT_MS);
      return timeout();
    }
    from.sleep(delay());
    return answer;
  }

  private <T> CompletableFuture<Outcome<T>> answer(
      Incarnation from, Incarnation there, Function<InboundRooms, Outcome<T>> question) {
    var answer = there.await(from.await(new CompletableFuture<Outcome<T>>()));
    there.start(
        () -> {
          try {
            answer.complete(question.apply(there.engine.inbound()));
          } catch (LedgerException e) {
            // 503, 500: the asker learns nothing more.
            answer.complete(unreachable());
          } catch (RuntimeException e) {
            answer.complete(unreachable());
            throw e;
          } finally {
            there.forget(answer);
          }
          there.staged.ring();
        });
    world.scheduler.at(world.scheduler.millis() + 6 * TIMEOUT_MS, () -> answer.complete(timeout()));
    return answer;
  }

  private static <T> Outcome<T> await(Incarnation from, CompletableFuture<Outcome<T>> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      from.check();
      return unreachable();
    } finally {
      from.forget(answer);
    }
  }

  /// A transaction, waited for: whether it was answered.
  boolean transaction(Incarnation from, ServerName to, String id, List<ObjectNode> pdus) {
    world.counts.add("transactions sent");
    if (chance.percent(doublePercent)) later(from, to, id, pdus);
    if (pdus.size() > 1 && chance.percent(doublePercent * 3)) {
      // Other implementations send more than one at a time, and in what order they like.
      var shuffled = new ArrayList<>(pdus);
      for (int i = shuffled.size() - 1; i > 0; i--) {
        int other = chance.below(i + 1);
        var pdu = shuffled.get(i);
        shuffled.set(i, shuffled.get(other));
        shuffled.set(other, pdu);
      }
      world.counts.add("transactions split");
      for (var pdu : shuffled.subList(1, shuffled.size()))
        later(from, to, id + "-" + ++sent, List.of(pdu));
      return ask(from, to, "send", rooms -> receive(rooms, from, id + "-" + ++sent, shuffled))
          instanceof Outcome.Done;
    }
    return ask(from, to, "send", rooms -> receive(rooms, from, id, pdus)) instanceof Outcome.Done;
  }

  private static Outcome<Void> receive(
      InboundRooms rooms, Incarnation from, String id, List<ObjectNode> pdus) {
    rooms.receive(from.server.name, id, Line.copy(pdus));
    return Outcome.nothing();
  }

  /// The same once more, when it is least expected.
  private void later(Incarnation from, ServerName to, String id, List<ObjectNode> pdus) {
    world.counts.add("messages doubled");
    long wait = chance.between(0, 20_000);
    from.start(
        () -> {
          from.sleep(wait);
          ask(from, to, "send again", rooms -> receive(rooms, from, id, pdus));
        });
  }
}
