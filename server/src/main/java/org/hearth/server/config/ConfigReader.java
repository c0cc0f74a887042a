package org.hearth.server.config;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Config.Clients;
import org.hearth.server.config.Config.Database;
import org.hearth.server.config.Config.Encryption;
import org.hearth.server.config.Config.Federation;
import org.hearth.server.config.Config.Limits;
import org.hearth.server.config.Config.Listener;
import org.hearth.server.config.Config.Log;
import org.hearth.server.config.Config.LogFormat;
import org.hearth.server.config.Config.LogLevel;
import org.hearth.server.config.Config.Media;
import org.hearth.server.config.Config.PasswordHashing;
import org.hearth.server.config.Config.PlaintextRooms;
import org.hearth.server.config.Config.Policy;
import org.hearth.server.config.Config.Presence;
import org.hearth.server.config.Config.Registration;
import org.hearth.server.config.Config.RegistrationMode;
import org.hearth.server.config.Config.Retention;
import org.hearth.server.config.Config.Rooms;
import org.hearth.server.config.Config.Tls;
import org.hearth.server.config.Config.WellKnown;
import org.jspecify.annotations.Nullable;

/// Reads the configuration and checks every value. One method per group of keys; all problems are
/// collected, so that an administrator sees them at once.
public final class ConfigReader {
  static final Predicate<String> ANY = text -> !text.isBlank();
  static final String PATH = "the path of a file";

  private static final String READABLE = "the path of a file that can be read";
  private static final int MAX_DAYS = 36_500;

  /// [Server name](https://spec.matrix.org/v1.19/appendices/#server-name): a host name or address
  /// with an optional port.
  private static final String SERVER_NAME =
      "([A-Za-z0-9.-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}\\])(:\\d{1,5})?";

  private static final Set<Api> EVERYTHING_FOR_CLIENTS = Set.of(Api.CLIENT, Api.MEDIA, Api.ADMIN);

  private final List<String> problems = new ArrayList<>();
  private final Path base;

  private ConfigReader(Path base) {
    this.base = base;
  }

  /// Reads a file; relative paths in it start at its directory.
  ///
  /// @param overrides `key=value` of each `--set`, laid over the file in this order
  public static Config read(Path file, List<String> overrides) throws ConfigException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(List.of(file + ": cannot be read (" + e + ")"));
    }
    Path name = file.getFileName();
    Path directory = file.toAbsolutePath().getParent();
    return read(
        text,
        name == null ? "the file" : name.toString(),
        directory == null ? Path.of("/") : directory,
        overrides);
  }

  /// @param label what messages call the text
  /// @param base where relative paths start
  public static Config read(String text, String label, Path base, List<String> overrides)
      throws ConfigException {
    var reader = new ConfigReader(base);
    var yaml = new Yaml(reader.problems);
    Setting.Group root = yaml.document(text, label);
    for (String override : overrides) yaml.override(root, override);
    Config config = reader.config(new Section("", root, reader.problems));
    if (!reader.problems.isEmpty()) throw new ConfigException(reader.problems);
    return config;
  }

  private Config config(Section root) {
    try (root) {
      String serverName =
          root.text(
              "server_name",
              "localhost",
              "a host name with an optional port, like example.org",
              text -> ServerName.tryParse(text).isPresent());
      Path data = path(root.text("data_directory", "data", "the path of a directory", ANY));
      return new Config(
          serverName,
          data,
          listeners(root),
          database(root.section("database")),
          MasterKeyReader.read(root.section("master_key"), data, this::path),
          registration(root.section("registration")),
          rooms(root.section("rooms")),
          encryption(root.section("encryption")),
          clients(root.section("clients")),
          presence(root.section("presence")),
          RateLimitsReader.read(root.section("rate_limits")),
          federation(root.section("federation")),
          media(root.section("media")),
          retention(root.section("retention")),
          limits(root.section("limits")),
          passwordHashing(root.section("password_hashing")),
          wellKnown(root.section("well_known")),
          log(root.section("log")),
          memory(root));
    }
  }

  private List<Listener> listeners(Section root) {
    List<Section> sections = root.sections("listeners");
    if (sections == null) {
      return List.of(
          new Listener("127.0.0.1", 8008, Optional.empty(), EVERYTHING_FOR_CLIENTS, List.of()));
    }
    if (sections.isEmpty()) root.problem("listeners", "must have at least one listener");
    var listeners = new ArrayList<Listener>();
    var taken = new HashSet<String>();
    for (Section section : sections) {
      try (section) {
        Listener listener = listener(section);
        if (listener.port() != 0 && !taken.add(listener.address() + " " + listener.port())) {
          section.problem("port", "is taken by an earlier listener on the same address");
        }
        listeners.add(listener);
      }
    }
    return List.copyOf(listeners);
  }

  private Listener listener(Section section) {
    String address =
        section.text(
            "address",
            "127.0.0.1",
            "an IP address, like 127.0.0.1 or ::",
            text -> Network.parse(text).filter(network -> !text.contains("/")).isPresent());
    if (!section.has("port")) section.problem("port", "is missing; a number from 0 to 65535");
    int port = section.number("port", 8008, 0, 65535);
    Optional<Tls> tls = Optional.empty();
    if (section.has("tls")) {
      try (Section keys = section.section("tls")) {
        tls = Optional.of(new Tls(required(keys, "certificate"), required(keys, "key")));
      }
    }
    Set<Api> apis = section.choices("apis", Api.values(), EVERYTHING_FOR_CLIENTS);
    List<Network> proxies =
        section
            .texts(
                "trusted_proxies",
                "an address or a range, like 10.0.0.0/8",
                text -> Network.parse(text).isPresent())
            .stream()
            .flatMap(text -> Network.parse(text).stream())
            .toList();
    return new Listener(address, port, tls, apis, proxies);
  }

  private Path required(Section section, String key) {
    String text = section.text(key, READABLE, this::readable);
    if (text == null && !section.has(key)) section.problem(key, "is missing; " + READABLE);
    return path(text == null ? "" : text);
  }

  private boolean readable(String text) {
    return Files.isReadable(path(text));
  }

  private Database database(Section section) {
    try (section) {
      return new Database(
          Optional.ofNullable(
              section.text(
                  "url",
                  "a JDBC URL, like jdbc:postgresql://host/database",
                  text -> text.startsWith("jdbc:postgresql:"))),
          Optional.ofNullable(section.text("user", "a name", ANY)),
          secret(section, "password"),
          section.number("pool", 10, 2, 200));
    }
  }

  private Registration registration(Section section) {
    try (section) {
      RegistrationMode mode = section.choice("mode", RegistrationMode.CLOSED);
      List<String> tokens =
          section.texts(
              "tokens",
              "1 to 64 letters, digits or . _ ~ -",
              text -> text.matches("[A-Za-z0-9._~-]{1,64}"));
      if (mode == RegistrationMode.TOKEN && tokens.isEmpty()) {
        section.problem("tokens", "must have at least one token when mode is token");
      }
      return new Registration(mode, tokens, secret(section, "shared_secret"));
    }
  }

  private Rooms rooms(Section section) {
    try (section) {
      return new Rooms(
          section.text(
              "default_version", "12", "one of 10, 11, 12", text -> text.matches("1[0-2]")));
    }
  }

  private Encryption encryption(Section section) {
    try (section) {
      PlaintextRooms rooms = section.choice("plaintext_rooms", PlaintextRooms.NONE);
      List<String> ids =
          section.texts(
              "plaintext_room_ids", "a room id, like !abc", id -> RoomId.tryParse(id).isPresent());
      if (rooms != PlaintextRooms.LISTED && !ids.isEmpty()) {
        section.problem("plaintext_room_ids", "needs plaintext_rooms: listed");
      }
      return new Encryption(section.choice("policy", Policy.REQUIRED), rooms, ids);
    }
  }

  private Clients clients(Section section) {
    try (section) {
      return new Clients(section.truth("access_token_in_query", false));
    }
  }

  private Presence presence(Section section) {
    try (section) {
      return new Presence(section.truth("enabled", true));
    }
  }

  private Federation federation(Section section) {
    String server = "a server name; *.example.org covers the subdomains";
    Predicate<String> pattern = text -> text.replaceFirst("^\\*\\.", "").matches(SERVER_NAME);
    try (section) {
      return new Federation(
          section.truth("enabled", true),
          section.texts("extra_ca_certificates", READABLE, this::readable).stream()
              .map(this::path)
              .toList(),
          section.truth("allow_private_addresses", false),
          section.texts("allowed_servers", server, pattern),
          section.texts("denied_servers", server, pattern),
          section.number("request_timeout_seconds", 60, 1, 600),
          section.texts("notary_servers", "a server name", text -> text.matches(SERVER_NAME)),
          OldVerifyKeys.read(section));
    }
  }

  private Media media(Section section) {
    try (section) {
      return new Media(
          section.integer("max_upload_bytes", 100L << 20, 1024, 1L << 40),
          section.integer("max_remote_bytes", 100L << 20, 1024, 1L << 40),
          section.number("remote_retention_days", 0, 0, MAX_DAYS),
          section.number("local_retention_days", 0, 0, MAX_DAYS));
    }
  }

  private Retention retention(Section section) {
    try (section) {
      var retention =
          new Retention(
              section.truth("enabled", false),
              section.number("default_max_hours", 0, 0, 24 * MAX_DAYS),
              section.number("allowed_min_hours", 0, 0, 24 * MAX_DAYS),
              section.number("allowed_max_hours", 0, 0, 24 * MAX_DAYS));
      if (retention.allowedMaxHours() > 0
          && retention.allowedMaxHours() < retention.allowedMinHours())
        section.problem("allowed_max_hours", "must not be less than allowed_min_hours");
      return retention;
    }
  }

  private Limits limits(Section section) {
    try (section) {
      return new Limits(
          section.number("buffered_bodies_megabytes", Math.max(16, heap() / 8), 1, heap()),
          section.number("federation_body_bytes", 16 << 20, 65_536, 1 << 30),
          section.number("concurrent_requests", 256, 1, 100_000),
          section.number("queued_requests", 4096, 1, 1_000_000),
          section.number("sync_waiters", 20_000, 1, 10_000_000),
          section.number("ledger_queue", 20_000, 1, 10_000_000),
          section.number("stop_seconds", 20, 1, 600));
    }
  }

  private PasswordHashing passwordHashing(Section section) {
    try (section) {
      return new PasswordHashing(
          section.number("memory_kib", 19_456, 8, 4 << 20),
          section.number("iterations", 2, 1, 100),
          section.number("parallelism", 1, 1, 16));
    }
  }

  private WellKnown wellKnown(Section section) {
    try (section) {
      return new WellKnown(
          Optional.ofNullable(
                  section.text(
                      "client_base_url",
                      "a URL, like https://matrix.example.org",
                      text -> text.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[A-Za-z0-9./_~-]*)?")))
              .map(URI::create),
          Optional.ofNullable(
              section.text(
                  "server",
                  "a host name with an optional port",
                  text -> text.matches(SERVER_NAME))));
    }
  }

  private Log log(Section section) {
    try (section) {
      return new Log(
          section.choice("level", LogLevel.INFO), section.choice("format", LogFormat.TEXT));
    }
  }

  /// In megabytes. The launcher reads it too, before Java runs.
  private static int memory(Section root) {
    String text =
        root.text(
            "memory",
            "512MB",
            "an amount from 64MB to 1024GB, like 512MB or 4GB",
            amount -> megabytes(amount).isPresent());
    return megabytes(text).orElse(512);
  }

  private static OptionalInt megabytes(String amount) {
    if (!amount.matches("[1-9]\\d{0,6}(MB|GB)")) return OptionalInt.empty();
    int number = Integer.parseInt(amount.substring(0, amount.length() - 2));
    long megabytes = amount.endsWith("GB") ? 1024L * number : number;
    return megabytes >= 64 && megabytes <= 1 << 20
        ? OptionalInt.of((int) megabytes)
        : OptionalInt.empty();
  }

  /// In megabytes.
  private static int heap() {
    return (int) Math.min(Runtime.getRuntime().maxMemory() >> 20, 1 << 20);
  }

  /// A secret given as text, or the first line of the file that `<key>_file` names.
  private Optional<String> secret(Section section, String key) {
    String text = section.text(key, "a text", ANY);
    String file = section.text(key + "_file", PATH, ANY);
    if (file == null) return Optional.ofNullable(text);
    if (text != null) section.problem(key + "_file", "cannot stand beside " + key);
    return Optional.ofNullable(firstLine(section, key + "_file", path(file)));
  }

  private static @Nullable String firstLine(Section section, String key, Path file) {
    try (var lines = Files.lines(file)) {
      Optional<String> first = lines.findFirst().map(String::strip).filter(ANY);
      if (first.isPresent()) return first.get();
      section.problem(key, "names an empty file");
    } catch (IOException | java.io.UncheckedIOException e) {
      section.problem(key, "names a file that cannot be read");
    }
    return null;
  }

  private Path path(String text) {
    return base.resolve(text).toAbsolutePath().normalize();
  }

  /// The set of APIs of a listener, in a fixed order, for messages.
  public static List<String> words(Set<Api> apis) {
    if (apis.isEmpty()) return List.of();
    return EnumSet.copyOf(apis).stream().map(api -> api.name().toLowerCase(Locale.ROOT)).toList();
  }
}
