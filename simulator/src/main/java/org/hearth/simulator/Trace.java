package org.hearth.simulator;

import java.util.ArrayList;
import java.util.List;

/// What happened in a run, as one number that two runs share only if they went the same way, and as
/// lines for people if they are wanted.
final class Trace {
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();
  private long hash = 0x9E3779B97F4A7C15L;

  /// @param kept whether the lines are wanted
  Trace(boolean kept) {
    this.kept = kept;
  }

  /// Every choice of the scheduler comes here.
  void add(long choice) {
    hash = mix(hash ^ choice);
  }

  /// Something that happened, and whatever makes it differ from something else.
  void add(long atMs, String what, Object... details) {
    add(what.hashCode());
    for (var detail : details) add(detail.toString().hashCode());
    if (!kept) return;
    var line = new StringBuilder().append(atMs).append(' ').append(what);
    for (var detail : details) line.append(' ').append(detail);
    lines.add(line.toString());
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  long hash() {
    return hash;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
