package org.hearth.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the launcher reads of the configuration before there is a Java that could.
class LauncherTest {
  private static final String SHORT_PAUSES = "-XX:MaxGCPauseMillis=10";

  @TempDir Path directory;

  /// The options that `./hearth serve ARGUMENTS` gives to Java in a directory with this file.
  private List<String> options(String config, String... arguments) throws Exception {
    Files.writeString(directory.resolve("config.yaml"), config);
    var launcher = Files.readString(launcher());
    var functions =
        launcher.substring(
            launcher.indexOf("\nconfigured() {"), launcher.indexOf("\n# One training start"));
    var command =
        new ArrayList<>(
            List.of(
                "bash",
                "-euc",
                functions + "\njava_options \"$@\"; printf '%s\\n' \"${options[@]}\"",
                "hearth",
                "serve"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HEARTH_"));
    var process = builder.redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed.lines().toList();
  }

  private static Path launcher() throws IOException {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent())
      if (Files.isRegularFile(at.resolve("hearth"))) return at.resolve("hearth");
    throw new IOException("There is no launcher above the working directory.");
  }

  @Test
  void theEmbeddedDatabaseIsTheDefault() throws Exception {
    assertThat(options("server_name: localhost\ndatabase:\n  # url: jdbc:postgresql://x/y\n"))
        .contains("-Xmx512m", SHORT_PAUSES);
    assertThat(options("", "--set", "database.url=jdbc:h2:./other")).contains(SHORT_PAUSES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database:\n  url: jdbc:postgresql://127.0.0.1/hearth\n",
        "database:\n  user: hearth\n  # or another\n  url: \"jdbc:postgresql://127.0.0.1/hearth\"\n",
        "memory: 1GB\n\ndatabase:\n\n  url:   'jdbc:postgresql://127.0.0.1/hearth' # ours\nmedia:\n  url: x\n"
      })
  void postgresqlIsFoundInTheFile(String config) throws Exception {
    assertThat(options(config)).doesNotContain(SHORT_PAUSES);
  }

  @Test
  void theUrlOfSomethingElseIsNotTheDatabases() throws Exception {
    assertThat(options("identity:\n  url: jdbc:postgresql://127.0.0.1/hearth\n"))
        .contains(SHORT_PAUSES);
  }

  @Test
  void theCommandLineComesFirst() throws Exception {
    var file = "memory: 1GB\ndatabase:\n  url: jdbc:postgresql://127.0.0.1/hearth\n";

    assertThat(options(file)).contains("-Xmx1g");
    assertThat(options(file, "--set", "memory=256MB", "--set=database.url=jdbc:h2:x"))
        .contains("-Xmx256m", SHORT_PAUSES);
    assertThat(options("", "--set", "database.url=jdbc:postgresql://127.0.0.1/hearth"))
        .doesNotContain(SHORT_PAUSES);
  }

  @Test
  void anotherFileIsReadWhereOneIsNamed() throws Exception {
    Files.writeString(directory.resolve("other.yaml"), "memory: \"2GB\"\n");

    assertThat(options("memory: 1GB\n", "--config", "other.yaml")).contains("-Xmx2g");
    assertThat(options("memory: 1GB\n", "--config=other.yaml")).contains("-Xmx2g");
    assertThat(options("memory: 1GB\n", "--config=missing.yaml")).contains("-Xmx512m");
  }
}
