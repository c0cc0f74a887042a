package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Config.Listener;
import org.hearth.server.config.Config.Tls;

/// The running server of a configuration, for commands on the same machine. A TLS listener is
/// recognised by the very certificate that the configuration names, whatever host it is for.
final class LocalServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String url;
  private final Optional<String> operatorKey;

  private LocalServer(HttpClient http, String url, Optional<String> operatorKey) {
    this.http = http;
    this.url = url;
    this.operatorKey = operatorKey;
  }

  /// As [#of], with the key that lies in the data directory, for what only an
  /// [operator][org.hearth.client.http.Auth#OPERATOR] may do.
  static LocalServer asOperator(Config config) throws StartFailure {
    Path file = Keys.operatorKeyFile(config.dataDirectory());
    Optional<String> key = DataDirectory.read(file);
    if (key.isEmpty()) {
      throw new StartFailure(file + " does not exist; did the server ever start?");
    }
    return of(config, key);
  }

  /// By the first listener for administration, a plain one if there is one.
  static LocalServer of(Config config) throws StartFailure {
    return of(config, Optional.empty());
  }

  private static LocalServer of(Config config, Optional<String> key) throws StartFailure {
    Listener listener =
        config.listeners().stream()
            .filter(one -> one.apis().contains(Api.ADMIN))
            .min(Comparator.comparing(one -> one.tls().isPresent()))
            .orElseThrow(() -> new StartFailure("no listener in the configuration serves admin"));
    HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(PATIENCE);
    if (listener.tls().isPresent()) http.sslContext(trusting(listener.tls().get()));
    String address = reachable(listener.address());
    String scheme = listener.tls().isPresent() ? "https" : "http";
    return new LocalServer(http.build(), scheme + "://" + address + ":" + listener.port(), key);
  }

  private static String reachable(String address) {
    return switch (address) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::" -> "[::1]";
      default -> address.contains(":") ? "[" + address + "]" : address;
    };
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  JsonNode delete(String path, Object body) throws IOException, InterruptedException {
    var publisher = HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .method("DELETE", publisher),
        path);
  }

  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    var publisher = HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return send(
        HttpRequest.newBuilder().header("Content-Type", "application/json").POST(publisher), path);
  }

  /// Lines of JSON that come while the server works; answers the last one.
  JsonNode lines(String path, Consumer<JsonNode> each) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder().GET().uri(URI.create(url + path)).timeout(PATIENCE);
    operatorKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
    JsonNode last = JSON.createObjectNode();
    try (var body = http.send(request.build(), BodyHandlers.ofInputStream()).body();
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        last = JSON.readTree(line);
        each.accept(last);
      }
    } catch (ConnectException e) {
      throw new IOException("no server answers at " + url + "; start it with ./hearth serve", e);
    }
    return last;
  }

  private JsonNode send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    try {
      operatorKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
      var built = request.uri(URI.create(url + path)).timeout(PATIENCE).build();
      return JSON.readTree(http.send(built, BodyHandlers.ofByteArray()).body());
    } catch (ConnectException e) {
      throw new IOException("no server answers at " + url + "; start it with ./hearth serve", e);
    }
  }

  private static SSLContext trusting(Tls tls) throws StartFailure {
    try (InputStream file = Files.newInputStream(tls.certificate())) {
      Certificate own = CertificateFactory.getInstance("X.509").generateCertificate(file);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new OnlyThis(own)}, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure("the certificate " + tls.certificate() + " cannot be read", e);
    }
  }

  private static final class OnlyThis extends X509ExtendedTrustManager {
    private final Certificate own;

    OnlyThis(Certificate own) {
      this.own = own;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length == 0 || !chain[0].equals(own)) {
        throw new CertificateException("this is not the server of the configuration");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
