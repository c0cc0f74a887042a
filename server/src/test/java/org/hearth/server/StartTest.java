package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hearth.server.config.ConfigReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps a server from starting is said in a sentence that helps.
class StartTest {
  @TempDir Path directory;

  @Test
  void portInUse() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(failure("listeners=[{port: " + taken.getLocalPort() + "}]"))
          .contains("cannot listen on 127.0.0.1 port " + taken.getLocalPort())
          .contains("is another server running?");
    }
  }

  @Test
  void badCertificate() throws Exception {
    Path file = Files.writeString(directory.resolve("bad.pem"), "no certificate");

    assertThat(
            failure("listeners=[{port: 0, tls: {certificate: %s, key: %s}}]".formatted(file, file)))
        .contains("cannot listen on 127.0.0.1 port 0")
        .contains("bad.pem");
  }

  @Test
  void dataDirectoryThatIsAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(failure("data_directory=" + file)).contains("data_directory " + file);
  }

  @Test
  void dataDirectoryInUse() throws Exception {
    try (Hearth running = start("listeners=[{port: 0}]")) {
      assertThat(running.listeners()).hasSize(1);
      assertThat(failure("listeners=[{port: 0}]")).contains("another Hearth is running on");
    }
  }

  @Test
  void wrongMasterKey() throws Exception {
    start("listeners=[{port: 0}]").close();
    Path key = directory.resolve("data/master.key");
    String right = Files.readString(key);
    Files.writeString(key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");

    assertThat(failure("listeners=[{port: 0}]")).containsIgnoringCase("master key");

    Files.writeString(key, right);
    start("listeners=[{port: 0}]").close();
  }

  @Test
  void brokenMasterKeyIsNotRepeated() throws Exception {
    Path key = Files.writeString(directory.resolve("broken.key"), "c2VjcmV0\n");

    assertThat(failure("master_key.path=" + key))
        .contains("broken.key holds no master key")
        .doesNotContain("c2VjcmV0");
  }

  /// A new key would not open what the lost one sealed.
  @Test
  void lostMasterKeyIsNotReplaced() throws Exception {
    start("listeners=[{port: 0}]").close();
    Files.delete(directory.resolve("data/master.key"));

    assertThat(failure("listeners=[{port: 0}]")).contains("bring the file back from your backup");
  }

  /// An administrator is still to be made, whoever made the key.
  @Test
  void theFirstStartIsOneAlsoWithAKeyFromElsewhere() throws Exception {
    Path key = directory.resolve("own.key");
    Files.writeString(key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    String[] settings = {"listeners=[{port: 0}]", "master_key.path=" + key};
    try (Hearth running = start(settings)) {
      assertThat(running.firstStart()).isTrue();
      assertThat(running.masterKeyMade()).isFalse();
    }
    try (Hearth running = start(settings)) {
      assertThat(running.firstStart()).isFalse();
    }
  }

  /// Nothing was stored yet, so that nothing is lost.
  @Test
  void killedWhileTheFirstMasterKeyWasWritten() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("lock"), "");
    Files.writeString(data.resolve("master.key.new"), "AAAA");

    try (Hearth running = start("listeners=[{port: 0}]")) {
      assertThat(running.firstStart()).isTrue();
    }
  }

  @Test
  void masterKeyVariableThatIsNotSet() {
    assertThat(failure("master_key={source: env, variable: HEARTH_NO_SUCH_VARIABLE}"))
        .contains("the environment variable HEARTH_NO_SUCH_VARIABLE is not set");
  }

  @Test
  void wrongSettingsAreAWrongUse() throws Exception {
    Path file = Files.writeString(directory.resolve("config.yaml"), "colour: red\n");

    assertThat(Main.run("serve", "--config", file.toString())).isEqualTo(Main.WRONG_USE);
    assertThat(Main.run("serve", "--config", "/no/such/file")).isEqualTo(Main.WRONG_USE);
  }

  private String failure(String... overrides) {
    return catchThrowableOfType(StartFailure.class, () -> start(overrides).close()).getMessage();
  }

  private Hearth start(String... overrides) throws Exception {
    return Hearth.start(ConfigReader.read("", "the test", directory, List.of(overrides)));
  }
}
