package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RecoveryRecipient;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `hearth keys`: rotating the keys of the running server, and bringing a lost master key back.
@Command(
    name = "keys",
    description = "Rotates the keys that seal the data, and recovers a lost master key.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KeysCommand.Rotate.class,
      KeysCommand.Status.class,
      KeysCommand.NewRecipient.class,
      KeysCommand.Recover.class
    })
final class KeysCommand implements Callable<Integer> {
  private static final String KEYS = "/_hearth/admin/v1/keys";
  private static final long ASK_AGAIN_MS = 500;

  @Override
  public Integer call() {
    System.err.println("hearth: keys rotate, keys status, keys new-recipient or keys recover");
    return Main.WRONG_USE;
  }

  enum What {
    MASTER,
    ROOT,
    EPOCHS
  }

  @Command(
      name = "rotate",
      description = "Makes new keys while the server runs. May be repeated after an interruption.",
      mixinStandardHelpOptions = true)
  static final class Rotate implements Callable<Integer> {
    @Mixin Settings settings = new Settings();

    @Option(
        names = "--what",
        paramLabel = "WHAT",
        defaultValue = "master",
        description =
            "master: the master key and the root keys below it (the default). root: only these;"
                + " closes for good what was destroyed. epochs: what is written from now on gets"
                + " new keys in every room and account.")
    What what = What.MASTER;

    @Override
    public Integer call() throws InterruptedException {
      return asking(
          settings,
          (config, server) -> {
            var body = Map.of("what", what.name().toLowerCase(Locale.ROOT));
            JsonNode answer = server.post(KEYS + "/rotate", body);
            while (answer.path("rotating").asBoolean()) {
              Thread.sleep(ASK_AGAIN_MS);
              answer = server.get(KEYS);
            }
            if (!answer.has("master_key")) return refused(answer);
            if (answer.has("problem")) {
              System.err.println("hearth: it stopped: " + answer.path("problem").asText());
              System.err.println("  The server goes on with it by itself; or repeat the command.");
              return Main.FAILED;
            }
            print(answer);
            if (what == What.MASTER) remind(config);
            return 0;
          });
    }

    private static void remind(Config config) {
      Path file = config.masterKey().path();
      System.out.println("The new master key is in " + file + ". Copy it to a safe place now.");
      System.out.println(
          "The old one lies beside it, named after its fingerprint, and opens nothing here any"
              + " more. Backups");
      System.out.println(
          "that were made before need it: put it away as long as you keep them, and delete it here.");
    }
  }

  @Command(
      name = "status",
      description = "Says which keys are in use, and whether they are being rotated.",
      mixinStandardHelpOptions = true)
  static final class Status implements Callable<Integer> {
    @Mixin Settings settings = new Settings();

    @Override
    public Integer call() throws InterruptedException {
      return asking(
          settings,
          (config, server) -> {
            JsonNode answer = server.get(KEYS);
            if (!answer.has("master_key")) return refused(answer);
            print(answer);
            return 0;
          });
    }
  }

  @Command(
      name = "new-recipient",
      description = "Makes a key pair for who shall be able to bring the master key back.",
      mixinStandardHelpOptions = true)
  static final class NewRecipient implements Callable<Integer> {
    @Override
    public Integer call() {
      var pair = RecoveryRecipient.newKeyPair();
      System.out.println("For the configuration (master_key.recovery_recipient):");
      System.out.println("  " + pair.recipient());
      System.out.println("For a safe, away from this machine; it brings the master key back:");
      System.out.println("  " + pair.secret());
      return 0;
    }
  }

  @Command(
      name = "recover",
      description = "Prints the master key from its recovery copy.",
      mixinStandardHelpOptions = true)
  static final class Recover implements Callable<Integer> {
    @Parameters(paramLabel = "COPY", description = "The file master.key.recovery, or a copy of it.")
    Path copy = Path.of("");

    @Option(
        names = "--secret-file",
        paramLabel = "FILE",
        required = true,
        description = "The recipient's secret, as `keys new-recipient` printed it.")
    Path secret = Path.of("");

    @Override
    public Integer call() {
      try {
        for (MasterKey key : RecoveryCopy.open(copy, Files.readString(secret).strip()))
          System.out.println(key.text());
        return 0;
      } catch (IOException | CannotOpen e) {
        System.err.println("hearth: " + e.getMessage());
        return Main.FAILED;
      }
    }
  }

  @FunctionalInterface
  private interface Question {
    int ask(Config config, LocalServer server) throws IOException, InterruptedException;
  }

  private static int asking(Settings settings, Question question) throws InterruptedException {
    try {
      Config config = settings.read();
      try (var server = LocalServer.asOperator(config)) {
        return question.ask(config, server);
      }
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure | IOException e) {
      System.err.println("hearth: " + e.getMessage());
      return Main.FAILED;
    }
  }

  private static int refused(JsonNode answer) {
    System.err.println("hearth: the server refuses: " + answer.path("error").asText());
    return Main.FAILED;
  }

  private static void print(JsonNode answer) {
    System.out.printf(
        "master key %s, root key %d; %s%n",
        answer.path("master_key").asText(),
        answer.path("root_key").asInt(),
        answer.path("rotating").asBoolean()
            ? "rotating, " + answer.path("wrapped").asLong() + " keys wrapped anew so far"
            : "no rotation under way");
    if (answer.has("problem")) System.out.println("  stopped: " + answer.path("problem").asText());
  }
}
