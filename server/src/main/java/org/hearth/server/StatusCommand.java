package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.hearth.server.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `hearth status`: whether the server of the configuration runs.
@Command(
    name = "status",
    description = "Tells whether the server runs, and how far it has written.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin Settings settings = new Settings();

  @Override
  public Integer call() throws InterruptedException {
    try (var server = LocalServer.asOperator(settings.read())) {
      JsonNode answer = server.get("/_hearth/admin/v1/server");
      if (!answer.has("server_name")) {
        System.err.println("hearth: the server refuses: " + answer.path("error").asText());
        return Main.FAILED;
      }
      System.out.printf(
          "%s runs Hearth %s and has written up to position %d%n",
          answer.path("server_name").asText(),
          answer.path("version").asText(),
          answer.path("position").asLong());
      return 0;
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure | IOException e) {
      System.err.println("hearth: " + e.getMessage());
      return Main.FAILED;
    }
  }
}
