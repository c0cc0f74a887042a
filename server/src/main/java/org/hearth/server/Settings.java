package org.hearth.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import org.hearth.server.config.ConfigReader;
import picocli.CommandLine.Option;

/// The options of every command that reads the configuration.
final class Settings {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "config.yaml",
      description = "The configuration (default: ${DEFAULT-VALUE}).")
  Path file = Path.of("config.yaml");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one key, for example --set rooms.default_version=11.")
  List<String> overrides = new ArrayList<>();

  Config read() throws ConfigException {
    return ConfigReader.read(file, overrides);
  }

  /// Says each problem on a line of its own.
  static int report(ConfigException e) {
    System.err.println("hearth: the configuration cannot be used:");
    for (String problem : e.problems()) System.err.println("  " + problem);
    return Main.WRONG_USE;
  }
}
