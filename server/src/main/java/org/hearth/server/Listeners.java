package org.hearth.server;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Config.Listener;
import org.hearth.server.config.Config.Tls;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ports this server listens on. Each listener runs on several event loops; certificates are
/// read again when their files change.
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Duration stop;
  private final List<Bound> bound = new ArrayList<>();
  private final List<HttpServer> open = new CopyOnWriteArrayList<>();

  /// @param stop how long running requests may take once the server stops
  Listeners(Vertx vertx, Duration stop) {
    this.vertx = vertx;
    this.stop = stop;
  }

  /// A listener that is open.
  ///
  /// @param port the real one, where the configuration says 0
  record Bound(String address, int port, boolean tls, Set<Api> apis) {
    String url() {
      String host = address.contains(":") ? "[" + address + "]" : address;
      return (tls ? "https" : "http") + "://" + host + ":" + port;
    }
  }

  /// Opens one listener.
  Bound open(Listener listener, Map<Api, Face> faces, int eventLoops) throws StartFailure {
    var dispatcher = new Dispatcher(faces, listener.apis(), listener.trustedProxies());
    var servers = new CopyOnWriteArrayList<HttpServer>();
    try {
      vertx
          .deployVerticle(
              () -> new Loop(options(listener), address(listener), dispatcher, servers),
              new DeploymentOptions().setInstances(eventLoops))
          .await(START.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw failure(listener, e);
    }
    open.addAll(servers);
    listener.tls().ifPresent(tls -> watch(tls, servers));
    var opened =
        new Bound(
            listener.address(),
            servers.getFirst().actualPort(),
            listener.tls().isPresent(),
            listener.apis());
    bound.add(opened);
    return opened;
  }

  List<Bound> bound() {
    return List.copyOf(bound);
  }

  /// One event loop's share of a listener.
  private static final class Loop extends VerticleBase {
    private final HttpServerOptions options;
    private final SocketAddress address;
    private final Dispatcher dispatcher;
    private final List<HttpServer> servers;

    Loop(
        HttpServerOptions options,
        SocketAddress address,
        Dispatcher dispatcher,
        List<HttpServer> servers) {
      this.options = options;
      this.address = address;
      this.dispatcher = dispatcher;
      this.servers = servers;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options).requestHandler(dispatcher);
      return server.listen(address).onSuccess(servers::add);
    }
  }

  /// Port 0 is one free port that all event loops of the listener share.
  private SocketAddress address(Listener listener) {
    return listener.port() == 0
        ? SocketAddress.sharedRandomPort(bound.size() + 1, listener.address())
        : SocketAddress.inetSocketAddress(listener.port(), listener.address());
  }

  private static HttpServerOptions options(Listener listener) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(180)
            .setMaxInitialLineLength(16 * 1024)
            .setMaxHeaderSize(32 * 1024)
            .setCompressionSupported(true)
            .setCompressionLevel(1)
            .setCompressionContentSizeThreshold(1024)
            .setHandle100ContinueAutomatically(true)
            // Nobody speaks these here, and each is a handler that every message passes.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setHttp2ClearTextEnabled(false);
    listener
        .tls()
        .ifPresent(tls -> options.setSsl(true).setUseAlpn(true).setKeyCertOptions(pem(tls)));
    return options;
  }

  private static PemKeyCertOptions pem(Tls tls) {
    return new PemKeyCertOptions()
        .setCertPath(tls.certificate().toString())
        .setKeyPath(tls.key().toString());
  }

  private static StartFailure failure(Listener listener, Exception e) {
    String where = listener.address() + " port " + listener.port();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new StartFailure(
            "cannot listen on "
                + where
                + ": "
                + cause.getMessage()
                + "; is another server running?",
            e);
      }
    }
    String tls = listener.tls().map(keys -> " (certificate " + keys.certificate() + ")").orElse("");
    return new StartFailure("cannot listen on " + where + tls + ": " + e.getMessage(), e);
  }

  private void watch(Tls tls, List<HttpServer> servers) {
    var seen = new String[] {fingerprint(tls)};
    vertx.setPeriodic(
        CERTIFICATE_CHECK.toMillis(),
        timer -> {
          String now = fingerprint(tls);
          if (now == null || now.equals(seen[0])) return;
          seen[0] = now;
          var options = new ServerSSLOptions().setKeyCertOptions(pem(tls)).setUseAlpn(true);
          for (HttpServer server : servers) {
            server
                .updateSSLOptions(options)
                .onSuccess(done -> LOG.info("Read the certificate {} again", tls.certificate()))
                .onFailure(e -> LOG.error("The new certificate {} is bad", tls.certificate(), e));
          }
        });
  }

  /// Changes when a file changes; null while a file is being replaced.
  private static @Nullable String fingerprint(Tls tls) {
    try {
      return Files.getLastModifiedTime(tls.certificate()).toMillis()
          + "/"
          + Files.getLastModifiedTime(tls.key()).toMillis();
    } catch (IOException e) {
      return null;
    }
  }

  /// The first port that serves an API.
  Optional<Bound> serving(Api api) {
    return bound.stream().filter(one -> one.apis().contains(api)).findFirst();
  }

  /// Stops taking connections and lets running requests finish.
  @Override
  public void close() {
    List<Future<Void>> closing = open.stream().map(server -> server.shutdown(stop)).toList();
    open.clear();
    try {
      Future.join(closing).await(stop.plusSeconds(5).toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.warn("Some connections did not close in time", e);
    }
  }
}
