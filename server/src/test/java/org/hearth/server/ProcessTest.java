package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

  /// SIGKILL at moments that nobody chose, while the keys are rotated: each start goes on, and what
  /// was written is readable under whatever keys there are.
  @Test
  void keysAreRotatedInSpiteOfKills() throws Exception {
    int port = TestServer.freePort();
    Path data = directory.resolve("data");
    var random = new Random(7);
    Process process = serve(port);
    try {
      awaitVersions(port);
      Path password = Files.writeString(directory.resolve("password"), "correct horse battery");
      assertThat(
              Main.run(
                  "register-user",
                  "alice",
                  "--password-file",
                  password.toString(),
                  "--config",
                  config().toString(),
                  "--set",
                  listeners(port)))
          .isZero();
      for (int round = 0; round < 3; round++) {
        post(port, data, "{\"what\": \"master\"}");
        Thread.sleep(random.nextInt(60));
        process.destroyForcibly().waitFor();
        process = serve(port);
        awaitVersions(port);
      }
      rotate(port);
      assertThat(data.resolve("master.key.next")).doesNotExist();
      assertThat(data.resolve("root.keys.old")).doesNotExist();
      // The password's device and name are sealed; the account can be used.
      assertThat(login(port)).isEqualTo(200);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /// The start may still be going on with the rotation that was killed: then the command is
  /// refused.
  private void rotate(int port) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Main.run("keys", "rotate", "--config", config().toString(), "--set", listeners(port))
        != 0) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(200);
    }
  }

  private static int login(int port) throws Exception {
    var body =
        "{\"type\": \"m.login.password\", \"identifier\": {\"type\": \"m.id.user\", \"user\":"
            + " \"alice\"}, \"password\": \"correct horse battery\"}";
    return send(port, "/_matrix/client/v3/login", Optional.empty(), body);
  }

  private static void post(int port, Path data, String body) throws Exception {
    var key = Files.readString(data.resolve("operator.key")).strip();
    int status = send(port, "/_hearth/admin/v1/keys/rotate", Optional.of(key), body);
    // The start may be going on with the one before.
    assertThat(status).isIn(200, 409);
  }

  private static int send(int port, String path, Optional<String> token, String body)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  /// The launcher rehearses after each build: the database and the keys of the configuration may be
  /// in use then, or wait for the real first start.
  @Test
  void aRehearsalTouchesNothingThatTheConfigurationNames() throws Exception {
    int port = TestServer.freePort();
    Files.createDirectory(directory.resolve("keys"));
    Path file = config();
    Files.writeString(
        file,
        """
        listeners: [{port: 0}, {address: 192.0.2.1, port: %d}]
        database: {url: "jdbc:postgresql://127.0.0.1:%d/none"}
        master_key: {path: keys/master.key}
        """
            .formatted(port, port));
    Process rehearsal =
        hearth(
            "serve",
            "--rehearse",
            "--config",
            file.toString(),
            "--set",
            "data_directory=" + scratch());
    try {
      assertThat(rehearsal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(rehearsal.exitValue()).as(output()).isZero();
      assertThat(directory.resolve("keys")).isEmptyDirectory();
      assertThat(scratch().resolve("master.key")).exists();
    } finally {
      rehearsal.destroyForcibly().waitFor();
    }
  }

  private Path scratch() {
    return directory.resolve("scratch");
  }

  private Path config() throws IOException {
    return Files.writeString(directory.resolve("config.yaml"), "");
  }

  private static String listeners(int port) {
    return "listeners=[{port: " + port + "}]";
  }

  private Process serve(int port) throws IOException {
    return hearth("serve", "--config", config().toString(), "--set", listeners(port));
  }

  private Process hearth(String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hearth.server.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
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
