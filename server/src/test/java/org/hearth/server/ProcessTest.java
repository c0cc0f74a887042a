package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process: what it prints, and how it ends.
class ProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void firstStartTellsWhatToDoAndSigtermStopsCleanly() throws Exception {
    int port = TestServer.freePort();
    Process first = serve(port);
    try {
      awaitVersions(port);
      assertThat(output())
          .contains("runs as localhost")
          .contains("listening on http://127.0.0.1:" + port + " for client, media, admin")
          .contains("This was the first start")
          .contains("./hearth register-user NAME --admin");
    } finally {
      first.destroy();
    }
    assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).isZero();
    assertThat(output()).contains("Stopped");

    Process second = serve(port);
    try {
      awaitVersions(port);
      assertThat(output()).contains("runs as localhost").doesNotContain("first start");
    } finally {
      second.destroy();
    }
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isZero();
  }

  private Process serve(int port) throws IOException {
    Path config = Files.writeString(directory.resolve("config.yaml"), "");
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hearth.server.Main",
                "serve",
                "--config",
                config.toString(),
                "--set",
                "listeners=[{port: " + port + "}]"))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("output"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitVersions(int port) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      if (answers(port)) return;
      Thread.sleep(50);
    }
    throw new AssertionError("no answer; the output is\n" + output());
  }

  private static boolean answers(int port) {
    try {
      var address = URI.create("http://127.0.0.1:" + port + "/_matrix/client/versions").toURL();
      return ((HttpURLConnection) address.openConnection()).getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
