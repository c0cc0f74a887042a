package org.hearth.engine.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.event.Event;

/// Finds senders who said two things at one place: different events with the same sender, previous
/// events, type and state key. A sound server builds its second event on its first.
///
/// Twelve bytes are kept for each event, so that large rooms fit.
final class Equivocations {
  private static final int FIRST = 1024;

  private long[] prints = new long[FIRST];
  private int[] ordinals = new int[FIRST];
  private int size;

  void note(int ordinal, Event event) {
    if (event.prevEvents().isEmpty()) return;
    if (size == prints.length) {
      prints = Arrays.copyOf(prints, 2 * size);
      ordinals = Arrays.copyOf(ordinals, 2 * size);
    }
    prints[size] = print(event);
    ordinals[size++] = ordinal;
  }

  private static long print(Event event) {
    var place = new StringBuilder();
    place.append(event.sender()).append('\n').append(event.type()).append('\n');
    event.stateKey().ifPresent(key -> place.append('[').append(key).append(']'));
    for (var id : new TreeSet<>(event.prevEvents())) place.append('\n').append(id);
    return ByteBuffer.wrap(Sha256.of(place.toString().getBytes(StandardCharsets.UTF_8))).getLong();
  }

  void report(Reading reading, Findings findings) {
    var twice = twice();
    if (twice.isEmpty()) return;
    Map<Long, Integer> first = new HashMap<>();
    for (int i = 0; i < size; i++) {
      if (!twice.contains(prints[i])) continue;
      var earlier = first.putIfAbsent(prints[i], ordinals[i]);
      if (earlier == null) continue;
      var event = reading.at(ordinals[i]);
      if (event.isEmpty()) continue;
      findings.add(
          Kind.EQUIVOCATION,
          event.get().row().id(),
          "Its sender said something else at the same place: " + reading.idOf(earlier) + ".");
    }
  }

  private Set<Long> twice() {
    var sorted = Arrays.copyOf(prints, size);
    Arrays.sort(sorted);
    Set<Long> twice = new HashSet<>();
    for (int i = 1; i < size; i++) if (sorted[i] == sorted[i - 1]) twice.add(sorted[i]);
    return twice;
  }
}
