package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.hearth.server.config.Config;
import org.hearth.storage.Fatal;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageCannotOpen;
import org.hearth.storage.StorageMetrics;
import org.hearth.storage.copy.Progress;

/// The server of a configuration for commands that work on everything it stores: through its door
/// if it runs, and on its files if it does not.
final class StoredServer {
  private static final long POLL_MILLIS = 300;
  private static final String JOBS = "/_hearth/admin/v1/jobs";

  private StoredServer() {}

  /// The stopped server, which cannot start until this is closed.
  record Stopped(StorageWork work, Storage storage, DataDirectory data) implements AutoCloseable {
    @Override
    public void close() {
      storage.close();
      data.close();
    }
  }

  /// Opens what a stopped server left, with the schema it has; empty if the server runs.
  static Optional<Stopped> stopped(Config config) throws StartFailure {
    var data = lock(config);
    if (data.isEmpty()) return Optional.empty();
    try {
      if (!data.get().inUse())
        throw new StartFailure("data_directory " + config.dataDirectory() + " is empty");
      var keys = Keys.open(config, data.get(), new SecureRandom(), System.getenv());
      var storage =
          Storage.open(
              StorageParts.settings(config, CacheBudget.of(config.memoryMegabytes())).asItIs(),
              keys.roots().keys(),
              InstantSource.system(),
              Fatal.halting(),
              StorageMetrics.NONE);
      var work =
          new StorageWork(
              config,
              keys::masterKey,
              storage,
              () -> () -> {},
              InstantSource.system(),
              new SecureRandom());
      keys.proven();
      return Optional.of(new Stopped(work, storage, data.get()));
    } catch (StorageCannotOpen e) {
      data.get().close();
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    } catch (StartFailure | RuntimeException e) {
      data.get().close();
      throw e;
    }
  }

  /// The data directory for this process alone; empty if the server runs.
  static Optional<DataDirectory> lock(Config config) throws StartFailure {
    if (!Files.isDirectory(config.dataDirectory())) {
      throw new StartFailure(
          "there is no data_directory " + config.dataDirectory() + "; did the server ever start?");
    }
    return DataDirectory.openUnlessInUse(config.dataDirectory());
  }

  /// Has the running server do something long, and waits for the result.
  static JsonNode job(Config config, String name, Map<String, ?> request, Progress progress)
      throws StartFailure, IOException, InterruptedException {
    try (var server = LocalServer.asOperator(config)) {
      JsonNode state = answered(server.post(JOBS + "/" + name, request));
      while (state.path("running").asBoolean()) {
        progress.at(
            state.path("step").asText(), state.path("done").asLong(), state.path("total").asLong());
        Thread.sleep(POLL_MILLIS);
        state = answered(server.get(JOBS));
      }
      if (state.has("failure")) throw new StartFailure(state.path("failure").asText());
      return state.path("result");
    }
  }

  /// Asks the running server.
  static JsonNode ask(Config config, String path)
      throws StartFailure, IOException, InterruptedException {
    try (var server = LocalServer.asOperator(config)) {
      return answered(server.get(path));
    }
  }

  private static JsonNode answered(JsonNode answer) throws StartFailure {
    if (answer.has("errcode")) {
      throw new StartFailure("the server refuses: " + answer.path("error").asText());
    }
    return answer;
  }
}
