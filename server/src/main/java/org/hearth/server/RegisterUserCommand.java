package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `hearth register-user`: makes an account on the running server, by the shared secret.
@Command(
    name = "register-user",
    description = "Creates an account on the running server.",
    mixinStandardHelpOptions = true)
final class RegisterUserCommand implements Callable<Integer> {
  private static final String PATH = "/_synapse/admin/v1/register";

  @Mixin Settings settings = new Settings();

  @Parameters(paramLabel = "NAME", description = "The part before the colon: alice.")
  String name = "";

  @Option(names = "--admin", description = "Makes an administrator.")
  boolean admin;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Takes the password from the first line of a file; - is the standard input.")
  @Nullable Path passwordFile;

  @Override
  public Integer call() throws InterruptedException {
    try {
      Config config = settings.read();
      String secret = sharedSecret(config);
      try (var server = LocalServer.of(config)) {
        String password = password();
        if (password == null) return fail("the two passwords differ, or none was given");
        JsonNode nonce = server.get(PATH).path("nonce");
        JsonNode answer = server.post(PATH, body(nonce.asText(), password, secret));
        if (!answer.has("user_id")) {
          return fail("the server refuses: " + answer.path("error").asText("no reason given"));
        }
        System.out.println("Created " + answer.path("user_id").asText());
        return 0;
      }
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure | IOException e) {
      return fail(String.valueOf(e.getMessage()));
    }
  }

  private static int fail(String why) {
    System.err.println("hearth: " + why);
    return Main.FAILED;
  }

  private static String sharedSecret(Config config) throws StartFailure {
    if (config.registration().sharedSecret().isPresent()) {
      return config.registration().sharedSecret().get();
    }
    Path file = Keys.sharedSecretFile(config.dataDirectory());
    return DataDirectory.read(file)
        .orElseThrow(() -> new StartFailure(file + " does not exist; did the server ever start?"));
  }

  private @Nullable String password() throws IOException {
    if (passwordFile != null) {
      return passwordFile.equals(Path.of("-"))
          ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .findFirst()
              .orElse(null)
          : Files.readAllLines(passwordFile).stream().findFirst().orElse(null);
    }
    Console console = System.console();
    if (console == null) return null;
    char[] first = console.readPassword("Password for %s: ", name);
    char[] second = console.readPassword("Once more: ");
    boolean same = first != null && first.length > 0 && Arrays.equals(first, second);
    return same ? new String(first) : null;
  }

  /// The MAC covers the four values with a zero byte between them, with HMAC-SHA1 keyed by the
  /// shared secret, in hexadecimal: what Synapse and its tools do.
  private Map<String, Object> body(String nonce, String password, String secret) {
    String role = admin ? "admin" : "notadmin";
    String covered = String.join("\0", nonce, name, password, role);
    var body = new LinkedHashMap<String, Object>();
    body.put("nonce", nonce);
    body.put("username", name);
    body.put("password", password);
    body.put("admin", admin);
    body.put("mac", mac(secret, covered));
    return body;
  }

  private static String mac(String secret, String covered) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return HexFormat.of().formatHex(mac.doFinal(covered.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA1", e);
    }
  }
}
