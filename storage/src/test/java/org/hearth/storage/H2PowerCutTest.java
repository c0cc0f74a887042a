package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hearth.ledger.GroupCommitLedger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// "Power cut loses nothing": of what was written to H2's file after it was last forced, any blocks
/// may have reached the disk and any not, in any order. Journal and note are forced, so they are
/// there.
class H2PowerCutTest {
  private static final int BLOCK = 4096;

  @TempDir Path directory;

  private final Map<Long, Long> acknowledged = new HashMap<>();

  /// More rounds: `-Dhearth.crash.rounds=200`.
  static List<Integer> seeds() {
    var seeds = new ArrayList<Integer>();
    int first = Integer.getInteger("hearth.crash.seed", 1);
    for (int i = first; i < first + Integer.getInteger("hearth.crash.rounds", 4); i++) seeds.add(i);
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyAcknowledgedChangeSurvives(int seed) throws Exception {
    var random = new Random(seed);
    var live = directory.resolve("live");
    for (int life = 0; life < 3; life++) {
      var forced = directory.resolve("forced" + life);
      var after = directory.resolve("after" + life);
      try (var storage = open(live)) {
        Counters.createTables(storage.database());
        assertThat(Counters.read(storage.database())).isEqualTo(acknowledged);
        var store = storage.h2Store();
        load(storage, random, 20 + random.nextInt(60));
        store.checkpoint();
        copy(live, forced);
        load(storage, random, 20 + random.nextInt(60));
        boolean duringCheckpoint = random.nextBoolean();
        if (duringCheckpoint) {
          copy(live.resolve("journal"), after.resolve("journal"));
          store.checkpoint();
        } else {
          copy(live.resolve("journal"), after.resolve("journal"));
        }
        copyFile(live.resolve("hearth.mv.db"), after.resolve("hearth.mv.db"));
        copyFile(forced.resolve("checkpoint"), after.resolve("checkpoint"));
      }
      var cut = directory.resolve("cut" + life);
      cutPower(forced, after, cut, random);
      live = cut;
    }
    try (var storage = open(live)) {
      assertThat(Counters.read(storage.database())).isEqualTo(acknowledged);
    }
  }

  private Storage open(Path path) {
    return Counters.open(
        Databases.h2(path).withCheckpointMillis(Integer.MAX_VALUE), StorageFixture.THROWING);
  }

  private void load(Storage storage, Random random, int batches) throws Exception {
    var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    for (int batch = 0; batch < batches; batch++) {
      Counters.write(ledger, random, acknowledged, 8, random.nextInt(40) + 1);
      // H2 writes chunks of its own accord, when it has gathered much or after a while; here it
      // does so often.
      if (random.nextInt(3) == 0)
        storage
            .database()
            .jdbc(
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.execute("CHECKPOINT");
                  }
                });
    }
  }

  /// Each block that was not forced is there in its old or in its new form.
  private static void cutPower(Path forced, Path after, Path cut, Random random)
      throws IOException {
    copy(after, cut);
    try (var old = new RandomAccessFile(forced.resolve("hearth.mv.db").toFile(), "r");
        var target = new RandomAccessFile(cut.resolve("hearth.mv.db").toFile(), "rw")) {
      int keepPercent = random.nextInt(101);
      long blocks = (target.length() + BLOCK - 1) / BLOCK;
      for (long block = 0; block < blocks; block++) {
        if (random.nextInt(100) < keepPercent) continue;
        var bytes = new byte[BLOCK];
        old.seek(block * BLOCK);
        old.read(bytes);
        target.seek(block * BLOCK);
        target.write(bytes);
      }
      if (random.nextInt(3) == 0)
        target.setLength(Math.max(old.length(), target.length() - random.nextInt(100_000)));
    }
    // The machine starts anew.
    var note = CheckpointNote.read(cut).orElseThrow();
    new CheckpointNote(note.version(), "earlier-boot", false).write(cut);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.list(from)) {
      for (var file : files.toList()) {
        if (Files.isDirectory(file)) copy(file, to.resolve(file.getFileName()));
        else copyFile(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void copyFile(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to);
  }
}
