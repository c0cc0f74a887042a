package org.hearth.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// "A seed replays a failure exactly."
class ReplayTest {
  private static final List<RoomVersion> ALL = List.of(RoomVersion.values());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 7})
  void aSeedGoesTheSameWayEachTime(long seed) {
    var first = Simulation.run(seed, ALL, Mutation.NONE, true);
    var second = Simulation.run(seed, ALL, Mutation.NONE, true);

    assertThat(second.lines()).isEqualTo(first.lines());
    assertThat(second.trace()).isEqualTo(first.trace());
    assertThat(second.counts()).isEqualTo(first.counts());
  }

  @Test
  void anotherSeedGoesAnotherWay() {
    assertThat(Simulation.run(4, ALL).trace()).isNotEqualTo(Simulation.run(5, ALL).trace());
  }

  /// Sets and maps of the JDK have another order in each process; nothing may depend on it.
  @Test
  void aSeedGoesTheSameWayInAnotherProcess() throws IOException, InterruptedException {
    var here = Simulation.run(6, ALL, Mutation.NONE, true);
    var process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.util.concurrent.locks=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--seed",
                "6",
                "--trace")
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(output).contains("trace " + Long.toHexString(here.trace()) + "\n");
  }
}
