package org.hearth.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hearth room ...`: what an administrator does with one room.
@Command(
    name = "room",
    description = "Verifies rooms.",
    subcommands = {RoomVerifyCommand.class, HelpCommand.class},
    mixinStandardHelpOptions = true)
final class RoomCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "What is to be done with the room?");
  }
}
