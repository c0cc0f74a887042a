package org.hearth.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hearth room ...`: what an administrator does with one room.
@Command(
    name = "room",
    description = "Verifies rooms, and takes them, or old parts of them, out.",
    subcommands = {
      RoomVerifyCommand.class,
      RoomPurgeCommands.Room.class,
      RoomPurgeCommands.History.class,
      RoomPurgeCommands.State.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true)
final class RoomCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "What is to be done with the room?");
  }
}
