package org.hearth.server;

import java.io.PrintStream;
import org.hearth.storage.copy.Progress;

/// Shows progress on the terminal, or a line for each kind of step (not for each of many tables)
/// where there is none.
final class ProgressBar implements Progress, AutoCloseable {
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private String shown = "";
  private long drawn = System.nanoTime() - REDRAW_NANOS;

  ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  static ProgressBar onStandardError() {
    return new ProgressBar(System.err, System.console() != null && System.console().isTerminal());
  }

  @Override
  public void at(String step, long done, long total) {
    if (!terminal) {
      String kind = step.replaceFirst(" .*", "");
      if (!kind.equals(shown)) out.println(step);
      shown = kind;
      return;
    }
    if (step.equals(shown) && System.nanoTime() - drawn < REDRAW_NANOS) return;
    shown = step;
    drawn = System.nanoTime();
    out.print("\r\033[K" + line(step, done, total));
    out.flush();
  }

  static String line(String step, long done, long total) {
    if (total <= 0) return step + (done > 0 ? " " + done : "");
    int full = (int) (WIDTH * Math.min(done, total) / total);
    return "[%s%s] %3d %% %s"
        .formatted(
            "#".repeat(full), ".".repeat(WIDTH - full), 100 * Math.min(done, total) / total, step);
  }

  @Override
  public void close() {
    if (terminal && !shown.isEmpty()) out.print("\r\033[K");
    out.flush();
  }
}
