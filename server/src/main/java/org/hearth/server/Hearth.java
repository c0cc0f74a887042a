package org.hearth.server;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Config.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running server. {@link #start} puts everything together in the order of dependence, and
/// {@link #close} takes it apart in the opposite order: listeners first, so that nothing new comes
/// in while the rest finishes.
public final class Hearth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hearth.class);

  private final Config config;
  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean firstStart;
  private boolean masterKeyMade;
  private List<Listeners.Bound> bound = List.of();
  private List<String> routes = List.of();

  private Hearth(Config config) {
    this.config = config;
  }

  /// Something to close, with a name for the log.
  private record Part(String name, AutoCloseable closing) {}

  /// Starts a server; answers once its listeners are open.
  static Hearth start(Config config) throws StartFailure {
    var hearth = new Hearth(config);
    try {
      hearth.open();
      return hearth;
    } catch (StartFailure | RuntimeException e) {
      hearth.close();
      throw e;
    }
  }

  private void open() throws StartFailure {
    DataDirectory data = DataDirectory.open(config.dataDirectory());
    part("data directory", data);
    firstStart = !data.inUse();
    Keys keys = Keys.open(config, data, new SecureRandom(), System.getenv());
    masterKeyMade = keys.made();

    Map<Api, Face> faces = new EnumMap<>(Api.class);
    var metrics = new Metrics();
    part("metrics", metrics.registry()::close);
    faces.put(Api.METRICS, metrics);
    InstantSource clock = InstantSource.system();
    MemoryBudget budget = CacheBudget.of(config.memoryMegabytes());
    StorageParts storage =
        StorageParts.open(config, keys.roots().keys(), clock, budget, metrics.registry());
    part("storage", storage);
    keys.proven();

    Vertx vertx = vertx();
    part("event loops", () -> vertx.close().await(20, TimeUnit.SECONDS));
    ExecutorService background =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("background-", 0).factory());
    part("background tasks", background::shutdownNow);
    var basics =
        new Basics(
            config,
            keys,
            storage,
            vertx,
            metrics.registry(),
            clock,
            new SecureRandom(),
            background,
            budget);

    var made = Wiring.faces(basics, this::part);
    faces.putAll(made.byApi());
    routes = made.routes();
    CacheBudget.show(budget, metrics.registry());

    var listeners = new Listeners(vertx, Duration.ofSeconds(config.limits().stopSeconds()));
    part("listeners", listeners);
    int loops = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
    for (Listener listener : config.listeners()) listeners.open(listener, faces, loops);
    bound = listeners.bound();
  }

  /// Registers what {@link #close} closes, in the opposite order.
  private void part(String name, AutoCloseable closing) {
    parts.push(new Part(name, closing));
  }

  /// File caching and class path lookups are for web applications; they cost start-up time.
  private static Vertx vertx() {
    var files =
        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    return Vertx.vertx(new VertxOptions().setFileSystemOptions(files));
  }

  Config config() {
    return config;
  }

  /// Whether nothing was in the data directory before this start.
  boolean firstStart() {
    return firstStart;
  }

  /// Whether this start made the master key, so that its owner must hear of it.
  boolean masterKeyMade() {
    return masterKeyMade;
  }

  List<Listeners.Bound> listeners() {
    return bound;
  }

  /// All mounted routes of all APIs, as `METHOD /path/:parameter`.
  List<String> routes() {
    return routes;
  }

  /// The first listener that serves an API.
  Optional<Listeners.Bound> listener(Api api) {
    return bound.stream().filter(one -> one.apis().contains(api)).findFirst();
  }

  /// Stops everything; what was answered is durable. Does nothing the second time.
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closing().close();
      } catch (Exception e) {
        LOG.error("Closing the {} failed", part.name(), e);
      }
    }
  }
}
