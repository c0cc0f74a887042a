package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.hearth.schemas.id.RoomId;
import org.hearth.server.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hearth room purge`, `purge-history` and `sweep-state`: the running server does it while it
/// serves; the command waits and tells how far it is.
final class RoomPurgeCommands {
  private static final long ASK_AGAIN_MS = 500;

  private RoomPurgeCommands() {}

  /// What the three have in common.
  abstract static class Purging implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Settings settings = new Settings();

    @Parameters(paramLabel = "ROOM", description = "The room's id: !opaque or !opaque:server.")
    String room = "";

    /// Asks the server to begin; the answer names the purge.
    abstract JsonNode begin(LocalServer server) throws IOException, InterruptedException;

    /// Why the command cannot be given like that; null if it can.
    @Nullable String wrong() {
      return RoomId.tryParse(room).isPresent() ? null : room + " is no room id; it begins with !";
    }

    @Override
    public Integer call() throws InterruptedException {
      var wrong = wrong();
      if (wrong != null) return fail(wrong);
      try (var server = LocalServer.asOperator(settings.read())) {
        var begun = begin(server);
        var id = begun.path("purge_id").asText(begun.path("delete_id").asText(""));
        if (id.isEmpty())
          return fail("the server refuses: " + begun.path("error").asText("no reason given"));
        return await(server, id);
      } catch (ConfigException e) {
        return Settings.report(e);
      } catch (StartFailure | IOException e) {
        return fail(String.valueOf(e.getMessage()));
      }
    }

    private int await(LocalServer server, String id) throws IOException, InterruptedException {
      var said = "";
      while (true) {
        var purge = server.get("/_hearth/admin/v1/purges/" + encoded(id));
        var status = purge.path("status").asText("");
        var now =
            "%s: %,d rows removed"
                .formatted(status.toLowerCase(java.util.Locale.ROOT), purge.path("rows").asLong());
        if (!now.equals(said)) spec.commandLine().getOut().println(now);
        spec.commandLine().getOut().flush();
        said = now;
        switch (status) {
          case "COMPLETE" -> {
            return 0;
          }
          case "FAILED" -> {
            return fail(purge.path("detail").path("error").asText());
          }
          case "" -> {
            return fail("the server does not know the purge any more");
          }
          default -> Thread.sleep(ASK_AGAIN_MS);
        }
      }
    }

    int fail(String why) {
      spec.commandLine().getErr().println("hearth: " + why);
      return Main.FAILED;
    }

    static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }

  @Command(
      name = "purge",
      description = {
        "Takes a room out of the running server: its local users leave, other servers are told, the",
        "room's keys are destroyed and all of its rows removed. It cannot be undone."
      },
      mixinStandardHelpOptions = true)
  static final class Room extends Purging {
    @Option(names = "--block", description = "Local users may not enter the room again.")
    boolean block;

    @Option(
        names = "--force",
        description = "Goes on also if some local user cannot be made to leave.")
    boolean force;

    @Override
    JsonNode begin(LocalServer server) throws IOException, InterruptedException {
      return server.delete(
          "/_synapse/admin/v2/rooms/" + encoded(room),
          Map.of("block", block, "purge", true, "force_purge", force));
    }
  }

  @Command(
      name = "purge-history",
      description = {
        "Takes old events of a room out of the running server. What the state needs stays."
      },
      mixinStandardHelpOptions = true)
  static final class History extends Purging {
    @Option(
        names = "--before-event",
        paramLabel = "EVENT",
        description = "Events less deep than this one go.")
    @Nullable String beforeEvent;

    @Option(
        names = "--before-time",
        paramLabel = "TIME",
        description = "Events before the first one at or after this time go: 2026-01-31T00:00:00Z.")
    @Nullable String beforeTime;

    @Option(
        names = "--keep-local",
        description = "Events of this server's own users stay: other servers may not have them.")
    boolean keepLocal;

    @Override
    @Nullable String wrong() {
      if ((beforeEvent == null) == (beforeTime == null))
        return "say up to where: either --before-event or --before-time";
      if (beforeTime != null) {
        try {
          Instant.parse(beforeTime);
        } catch (DateTimeParseException e) {
          return beforeTime + " is no time; write it like 2026-01-31T00:00:00Z";
        }
      }
      return super.wrong();
    }

    @Override
    JsonNode begin(LocalServer server) throws IOException, InterruptedException {
      var body = new LinkedHashMap<String, Object>();
      body.put("delete_local_events", !keepLocal);
      if (beforeEvent != null) body.put("purge_up_to_event_id", beforeEvent);
      if (beforeTime != null) body.put("purge_up_to_ts", Instant.parse(beforeTime).toEpochMilli());
      return server.post("/_synapse/admin/v1/purge_history/" + encoded(room), body);
    }
  }

  @Command(
      name = "sweep-state",
      description = "Takes state that nothing refers to any more out of the running server.",
      mixinStandardHelpOptions = true)
  static final class State extends Purging {
    @Override
    JsonNode begin(LocalServer server) throws IOException, InterruptedException {
      return server.post("/_hearth/admin/v1/rooms/" + encoded(room) + "/sweep_state", Map.of());
    }
  }
}
