package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes is killed with SIGKILL at a random moment, again and again on the same
/// data: "every acknowledged change is there, none twice". More rounds:
/// `-Dhearth.crash.rounds=200`.
abstract class KillContract {
  @TempDir Path directory;

  abstract DatabaseSettings settings();

  /// As [CrashChild] takes it.
  abstract List<String> arguments(DatabaseSettings settings);

  @Test
  void everyAcknowledgedChangeIsThereOnce() throws Exception {
    var settings = settings();
    var random = new Random();
    Map<Long, Long> before = new HashMap<>();
    int rounds = Integer.getInteger("hearth.crash.rounds", 2);
    for (int round = 0; round < rounds; round++) {
      var acknowledged = new HashMap<>(before);
      var child = start(settings);
      try (var out = child.inputReader()) {
        assertThat(out.readLine()).as(log()).isEqualTo("ready");
        long kill = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(900));
        var killer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (System.nanoTime() < kill) Thread.onSpinWait();
                      child.destroyForcibly();
                    });
        collect(out, acknowledged);
        killer.join();
      } finally {
        child.destroyForcibly();
        child.waitFor(30, TimeUnit.SECONDS);
      }
      before = verify(settings, acknowledged);
    }
    assertThat(before.values().stream().mapToLong(n -> n).sum())
        .as("changes in all")
        .isGreaterThan(rounds);
  }

  private Process start(DatabaseSettings settings) throws IOException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(CrashChild.class.getName());
    command.addAll(arguments(settings));
    return new ProcessBuilder(command)
        .redirectError(new File(directory.toFile(), "child.log"))
        .start();
  }

  private String log() throws IOException {
    return java.nio.file.Files.readString(directory.resolve("child.log"));
  }

  /// Lines up to the kill; the last one may be cut.
  private static void collect(BufferedReader out, Map<Long, Long> acknowledged) throws IOException {
    String complete = null;
    for (String line; (line = readLine(out)) != null; complete = line) {
      if (complete != null) take(complete, acknowledged);
    }
  }

  private static String readLine(BufferedReader out) {
    try {
      return out.readLine();
    } catch (IOException e) {
      return null;
    }
  }

  private static void take(String line, Map<Long, Long> acknowledged) {
    var words = line.split(" ", -1);
    if (words.length != 2) throw new AssertionError("The child said: " + line);
    acknowledged.put(Long.parseLong(words[0]), Long.parseLong(words[1]));
  }

  private Map<Long, Long> verify(DatabaseSettings settings, Map<Long, Long> acknowledged) {
    try (var storage =
        Storage.open(
            settings,
            StorageFixture.roots(),
            InstantSource.system(),
            StorageFixture.THROWING,
            StorageMetrics.NONE,
            Counters.topics(),
            List.of(),
            false)) {
      // Throws if a log has a gap, or does not agree with its counter.
      var stored = Counters.read(storage.database());
      acknowledged.forEach(
          (counter, n) ->
              assertThat(stored.getOrDefault(counter, 0L))
                  .as(
                      "counter "
                          + counter
                          + ": what was acknowledged, or the ones in flight or unheard")
                  .isBetween(n, n + 2));
      return stored;
    }
  }
}
