package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// "Each acknowledgement comes after an fsync": the whole program under `strace`. Between the
/// system call that reads a request and the one that writes its answer, the journal was written and
/// then forced, and forcing had returned.
class FsyncProofTest {
  private static final int MESSAGES = 25;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port = TestServer.freePort();
  private String token = "";

  @Test
  void everyMessageIsForcedToTheDiskBeforeItIsAnswered() throws Exception {
    assumeTrue(straceWorks(), "strace is not installed, or may not trace here");
    Process server = serveTraced();
    try {
      awaitVersions();
      String room = prepare();
      for (int i = 0; i < MESSAGES; i++) {
        send("PUT", "/rooms/" + room + "/send/m.room.encrypted/proof" + i + "x", content());
      }
    } finally {
      server.descendants().forEach(ProcessHandle::destroy);
      server.waitFor(60, TimeUnit.SECONDS);
      server.destroyForcibly();
    }
    List<String> trace =
        Files.readAllLines(directory.resolve("trace"), StandardCharsets.ISO_8859_1);
    for (int i = 0; i < MESSAGES; i++) prove(trace, i);
  }

  private static boolean straceWorks() throws InterruptedException {
    try {
      var probe = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true").start();
      return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Process serveTraced() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            listeners: [{port: %d}]
            registration: {mode: open}
            rate_limits: {enabled: false}
            password_hashing: {memory_kib: 8, iterations: 1, parallelism: 1}
            """
                .formatted(port));
    return new ProcessBuilder(
            List.of(
                "strace",
                "-f",
                "-qq",
                "--seccomp-bpf",
                "-s",
                "400",
                "-e",
                "trace=read,write,writev,pwrite64,fdatasync",
                "-e",
                "signal=none",
                "-o",
                directory.resolve("trace").toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hearth.server.Main",
                "serve",
                "--config",
                config.toString()))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private void awaitVersions() throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        send("GET", "/../versions", null);
        return;
      } catch (IOException e) {
        if (Instant.now().isAfter(end))
          throw new AssertionError(Files.readString(directory.resolve("output")), e);
        Thread.sleep(200);
      }
    }
  }

  private String prepare() throws Exception {
    String body =
        """
        {"username": "alice", "password": "correct horse battery", "auth": {"type": "m.login.dummy"}}
        """;
    token = send("POST", "/register", body).path("access_token").asText();
    String room = send("POST", "/createRoom", "{}").path("room_id").asText();
    return java.net.URLEncoder.encode(room, StandardCharsets.UTF_8);
  }

  private static String content() {
    return """
        {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnACgAkLmt6qF84IKMOB",
         "device_id": "D", "sender_key": "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGU", "session_id": "s"}
        """;
  }

  private JsonNode send(String method, String path, @org.jspecify.annotations.Nullable String body)
      throws Exception {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + "/_matrix/client/v3" + path).normalize())
            .method(method, publisher)
            .header("Authorization", "Bearer " + token)
            .timeout(PATIENCE)
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static final Pattern FORCED =
      Pattern.compile("^(\\d+) +(?:fdatasync\\(\\d+\\)|<\\.\\.\\. fdatasync resumed>\\)) += 0.*");
  private static final Pattern FORCING = Pattern.compile("^(\\d+) +fdatasync\\(.*");
  private static final Pattern WRITTEN = Pattern.compile("^(\\d+) +pwrite64\\(.*");

  /// Lines of the trace are in the order in which things happened; clients asked one at a time.
  private static void prove(List<String> trace, int number) {
    int asked = find(trace, 0, "/send/m.room.encrypted/proof" + number + "x HTTP/1.1");
    int answered = find(trace, asked, "\"HTTP/1.1 200 OK");
    var steps = new ArrayList<String>();
    String journalThread = "";
    for (String line : trace.subList(asked, answered)) {
      var written = WRITTEN.matcher(line);
      var forcing = FORCING.matcher(line);
      var forced = FORCED.matcher(line);
      if (written.matches() && steps.isEmpty()) steps.add("written");
      if (forcing.matches() && steps.equals(List.of("written"))) {
        steps.add("forcing");
        journalThread = forcing.group(1);
      }
      if (forced.matches() && forced.group(1).equals(journalThread) && steps.size() == 2)
        steps.add("forced");
    }
    assertThat(steps)
        .as("message %d, between %s and %s", number, trace.get(asked), trace.get(answered))
        .containsExactly("written", "forcing", "forced");
  }

  private static int find(List<String> trace, int from, String what) {
    for (int i = from; i < trace.size(); i++) if (trace.get(i).contains(what)) return i;
    throw new AssertionError("The trace does not show: " + what);
  }
}
