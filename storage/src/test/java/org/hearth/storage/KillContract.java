package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.hearth.storage.room.CrashServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server is killed with SIGKILL at a random moment under load, again and again on the same data:
/// "every acknowledged event, key, to-device message, account change and media file is there, none
/// twice, the server starts by itself". Each life proves what the ones before it acknowledged, and
/// that the database is sound. More rounds: `-Dhearth.crash.rounds=200`.
abstract class KillContract {

  /// A life proves everything so far this often, and otherwise what the last life acknowledged.
  private static final int ALL_EVERY = 25;

  /// After how many acknowledged things a life ends at the latest.
  private static final int MOST = 300;

  /// With fewer rounds than that, what starts would save is less than what making the cache takes.
  private static final int WORTH_A_CACHE = 10;

  @TempDir Path directory;

  private String classPath =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  /// The JDK's cache of loaded classes, made by the first life. Only a clean end writes it.
  private List<String> options = List.of();

  private final List<String> all = new ArrayList<>();
  private List<String> last = new ArrayList<>();

  abstract DatabaseSettings settings();

  /// As [CrashServer] takes it.
  abstract List<String> arguments(DatabaseSettings settings);

  @Test
  void everythingAcknowledgedIsThereOnce() throws Exception {
    var settings = settings();
    long seed = Long.getLong("hearth.crash.seed", System.nanoTime());
    var random = new Random(seed);
    int rounds = Integer.getInteger("hearth.crash.rounds", 2);
    var cache = directory.resolve("classes.aot");
    if (rounds >= WORTH_A_CACHE) {
      classPath = JarredClasses.of(classPath, directory);
      options = List.of("-XX:AOTCacheOutput=" + cache);
    }
    expect(all);
    end(settings);
    options = Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
    for (int round = 0; round < rounds; round++) {
      expect(round % ALL_EVERY == 0 ? all : last);
      live(settings, round, 1 + random.nextInt(MOST), random.nextInt(30));
    }
    expect(all);
    end(settings);
    report(rounds, seed);
  }

  /// A life that only proves, and ends by itself.
  private void end(DatabaseSettings settings) throws Exception {
    var child = start(settings, null);
    try (var out = child.inputReader()) {
      proven(out);
      assertThat(out.readLine()).as(log()).isEqualTo("room verifies");
    }
    assertThat(child.waitFor(180, TimeUnit.SECONDS)).isTrue();
  }

  /// Killed some moments after it acknowledged so many things, so that a slow machine makes long
  /// rounds and not empty ones.
  private void live(DatabaseSettings settings, int round, int things, int millis) throws Exception {
    var child = start(settings, "r" + round);
    last = new ArrayList<>();
    try (var out = child.inputReader()) {
      proven(out);
      assertThat(out.readLine()).as(log()).isEqualTo("ready");
      collect(out, things, millis, child);
    } finally {
      child.destroyForcibly();
      child.waitFor(30, TimeUnit.SECONDS);
    }
    all.addAll(last);
  }

  private void expect(List<String> lines) throws IOException {
    Files.write(directory.resolve("expected"), lines);
  }

  /// Reads what the new life found.
  private void proven(BufferedReader out) throws IOException {
    var found = new ArrayList<String>();
    String line = out.readLine();
    for (; line != null && !line.startsWith("proven"); line = out.readLine()) found.add(line);
    assertThat(found).as("lost or twice; the log says " + log()).isEmpty();
    assertThat(line).as(log()).isNotNull();
  }

  private Process start(DatabaseSettings settings, @org.jspecify.annotations.Nullable String life)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-Xlog:disable", "-cp", classPath));
    command.add(CrashServer.class.getName());
    command.addAll(arguments(settings));
    command.add(directory.toString());
    if (life != null) command.add(life);
    return new ProcessBuilder(command)
        .redirectError(new File(directory.toFile(), "child.log"))
        .start();
  }

  private String log() throws IOException {
    var log = Files.readString(directory.resolve("child.log"));
    return log.substring(Math.max(0, log.length() - 3000));
  }

  /// Lines up to the kill; the last one may be cut.
  private void collect(BufferedReader out, int things, int millis, Process child)
      throws InterruptedException {
    String complete = null;
    for (String line; (line = readLine(out)) != null; complete = line) {
      if (complete != null) last.add(complete);
      if (last.size() != things || !child.isAlive()) continue;
      Thread.sleep(millis);
      child.destroyForcibly();
    }
    for (var said : last) assertThat(said).doesNotStartWith("failed");
  }

  private static @org.jspecify.annotations.Nullable String readLine(BufferedReader out) {
    try {
      return out.readLine();
    } catch (IOException e) {
      return null;
    }
  }

  private void report(int rounds, long seed) {
    Map<String, Integer> kinds = new HashMap<>();
    var claims = new TreeSet<String>();
    for (var line : all) {
      var kind = line.split(" ", -1)[0];
      kinds.merge(kind, 1, Integer::sum);
      if (kind.equals("claim"))
        assertThat(claims.add(line)).as("a one-time key was handed out twice: " + line).isTrue();
    }
    System.out.printf("%d kills (seed %d): %s%n", rounds, seed, new java.util.TreeMap<>(kinds));
    assertThat(all).hasSizeGreaterThan(rounds);
  }
}
