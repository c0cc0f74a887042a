package org.hearth.server;

import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line. The launcher script `hearth` passes its arguments through.
@Command(
    name = "hearth",
    description = "A Matrix homeserver.",
    subcommands = {
      ServeCommand.class,
      RegisterUserCommand.class,
      StatusCommand.class,
      ReportsCommand.class,
      KeysCommand.class,
      RoomCommand.class,
      DbCommand.class,
      BackupCommand.class,
      VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    versionProvider = VersionCommand.class)
public final class Main {
  /// Something went wrong that the message explains.
  static final int FAILED = 1;

  /// The command line or the configuration is wrong.
  static final int WRONG_USE = 2;

  private static final String SERVE = "serve";

  private Main() {}

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// To read the annotations of all commands takes a tenth of a start, so the server, which has to
  /// be back soon, reads its own only.
  static int run(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(SERVE)) {
      return reading(new ServeCommand())
          .setCommandName("hearth " + SERVE)
          .execute(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
    return line().execute(arguments);
  }

  static CommandLine line() {
    return reading(new Main());
  }

  private static CommandLine reading(Object command) {
    return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /// Of the jar; `development` when run from class files.
  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
