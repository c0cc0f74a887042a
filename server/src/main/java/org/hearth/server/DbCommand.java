package org.hearth.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `hearth db`: the database as an administrator sees it.
@Command(
    name = "db",
    description = "Looks after the database.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DbMigrateCommand.class,
      DbCheckCommand.class,
      DbStatsCommand.class,
      DbCopyCommand.class
    })
final class DbCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  DbCommand() {
    spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(System.err);
    return Main.WRONG_USE;
  }
}
