package org.hearth.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Config.Listener;
import org.hearth.server.config.Config.Rate;
import org.hearth.server.config.Config.RateClass;
import org.hearth.server.config.Config.Tls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
  private static final Path BASE = Path.of("/etc/hearth");

  @TempDir Path files;

  @Test
  void defaults() throws ConfigException {
    Config config = read("");

    assertThat(config.serverName()).isEqualTo("localhost");
    assertThat(config.dataDirectory()).isEqualTo(BASE.resolve("data"));
    assertThat(config.listeners())
        .containsExactly(
            new Listener(
                "127.0.0.1",
                8008,
                Optional.empty(),
                Set.of(Api.CLIENT, Api.MEDIA, Api.ADMIN),
                List.of()));
    assertThat(config.database())
        .isEqualTo(new Config.Database(Optional.empty(), Optional.empty(), Optional.empty(), 10));
    assertThat(config.masterKey())
        .isEqualTo(
            new Config.MasterKey(
                Config.MasterKeySource.FILE,
                BASE.resolve("data/master.key"),
                "HEARTH_MASTER_KEY",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(config.registration())
        .isEqualTo(
            new Config.Registration(Config.RegistrationMode.CLOSED, List.of(), Optional.empty()));
    assertThat(config.rooms().defaultVersion()).isEqualTo("12");
    assertThat(config.encryption())
        .isEqualTo(
            new Config.Encryption(Config.Policy.REQUIRED, Config.PlaintextRooms.NONE, List.of()));
    assertThat(config.clients()).isEqualTo(new Config.Clients(false));
    assertThat(config.presence()).isEqualTo(new Config.Presence(true));
    assertThat(config.rateLimits().enabled()).isTrue();
    assertThat(config.federation())
        .isEqualTo(
            new Config.Federation(
                true, List.of(), false, List.of(), List.of(), 60, List.of(), List.of()));
    assertThat(config.media()).isEqualTo(new Config.Media(104_857_600, 104_857_600, 0, 0));
    assertThat(config.retention()).isEqualTo(new Config.Retention(false, 0, 0, 0));
    assertThat(config.passwordHashing()).isEqualTo(new Config.PasswordHashing(19_456, 2, 1));
    assertThat(config.wellKnown())
        .isEqualTo(new Config.WellKnown(Optional.empty(), Optional.empty()));
    assertThat(config.log()).isEqualTo(new Config.Log(Config.LogLevel.INFO, Config.LogFormat.TEXT));
  }

  /// "What stands here are the defaults", says the file.
  @Test
  void theFileInTheRepositoryIsTheDefaults() throws ConfigException {
    Path file = Path.of("..", "config.yaml").toAbsolutePath().normalize();

    assertThat(ConfigReader.read(file, List.of()))
        .isEqualTo(ConfigReader.read("", "empty", file.getParent(), List.of()));
  }

  @Test
  void everyKey() throws Exception {
    Path password = Files.writeString(files.resolve("password"), "first line\nsecond\n");
    Path pem = Files.writeString(files.resolve("some.pem"), "");
    Config config =
        read(
            Files.readString(resource("every-key.yaml"))
                .replace("@PASSWORD@", password.toString())
                .replace("@PEM@", pem.toString()));

    assertThat(config.serverName()).isEqualTo("example.org:8448");
    assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/hearth"));
    assertThat(config.listeners())
        .containsExactly(
            new Listener(
                "::1",
                8448,
                Optional.of(new Tls(pem, pem)),
                Set.of(Api.FEDERATION, Api.CLIENT, Api.MEDIA, Api.METRICS, Api.ADMIN),
                List.of(Network.parse("10.0.0.0/8").orElseThrow())));
    assertThat(config.database())
        .isEqualTo(
            new Config.Database(
                Optional.of("jdbc:postgresql://db.example.org/hearth"),
                Optional.of("hearth"),
                Optional.of("first line"),
                4));
    assertThat(config.masterKey())
        .isEqualTo(
            new Config.MasterKey(
                Config.MasterKeySource.ENV,
                BASE.resolve("keys/master"),
                "MY_KEY",
                Optional.of(BASE.resolve("keys/old")),
                Optional.empty(),
                Optional.of("MCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=")));
    assertThat(config.registration())
        .isEqualTo(
            new Config.Registration(
                Config.RegistrationMode.TOKEN, List.of("abc", "12"), Optional.of("s3cret")));
    assertThat(config.rooms()).isEqualTo(new Config.Rooms("11"));
    assertThat(config.encryption())
        .isEqualTo(
            new Config.Encryption(
                Config.Policy.OFF, Config.PlaintextRooms.LISTED, List.of("!abc")));
    assertThat(config.clients()).isEqualTo(new Config.Clients(true));
    assertThat(config.presence()).isEqualTo(new Config.Presence(false));
    assertThat(config.rateLimits()).isEqualTo(new Config.RateLimits(false, allRates()));
    assertThat(config.federation())
        .isEqualTo(
            new Config.Federation(
                false,
                List.of(pem),
                true,
                List.of("*.example.org"),
                List.of("bad.example"),
                5,
                List.of("notary.example"),
                List.of(
                    new Config.OldVerifyKey(
                        "ed25519:old",
                        "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI",
                        1_700_000_000_000L))));
    assertThat(config.media()).isEqualTo(new Config.Media(2048, 4096, 7, 365));
    assertThat(config.retention()).isEqualTo(new Config.Retention(true, 48, 24, 96));
    assertThat(config.limits()).isEqualTo(new Config.Limits(11, 80_000, 3, 4, 5, 6, 7));
    assertThat(config.passwordHashing()).isEqualTo(new Config.PasswordHashing(64, 3, 2));
    assertThat(config.wellKnown())
        .isEqualTo(
            new Config.WellKnown(
                Optional.of(URI.create("https://matrix.example.org")),
                Optional.of("matrix.example.org:443")));
    assertThat(config.log())
        .isEqualTo(new Config.Log(Config.LogLevel.DEBUG, Config.LogFormat.JSON));
    assertThat(config.memoryMegabytes()).isEqualTo(300);
  }

  private static Map<RateClass, Rate> allRates() {
    var rates = new EnumMap<RateClass, Rate>(RateClass.class);
    int number = 1;
    for (RateClass one : RateClass.values()) rates.put(one, new Rate(number + 0.5, number++));
    return rates;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          colour: red | line 1: colour is unknown; allowed here: server_name, data_directory,
          server_name: a b | line 1: server_name must be a host name with an optional port, like
          server_name: [] | line 1: server_name must be a host name
          log: {level: loud} | line 1: log.level must be one of error, warn, info, debug, trace
          log: 3 | line 1: log must be a group of keys, not a whole number
          listeners: {} | line 1: listeners must be a list, not a group of keys
          listeners: [] | line 1: listeners must have at least one listener
          listeners: [{port: 70000}] | line 1: listeners.0.port must be a whole number from 0 to 65535
          listeners: [{address: 127.0.0.1}] | line 1: listeners.0.port is missing
          listeners: [{port: 1, apis: [web]}] | listeners.0.apis.0 must be one of client, federation,
          listeners: [{port: 1}, {port: 1}] | listeners.1.port is taken by an earlier listener
          listeners: [{port: 1, tls: {key: /dev/null}}] | listeners.0.tls.certificate is missing
          listeners: [{port: 1, tls: {certificate: /none.pem, key: /dev/null}}] | listeners.0.tls.certificate must be the path of a file that can be read
          federation: {extra_ca_certificates: [/none.pem]} | federation.extra_ca_certificates.0 must be the path of a file that can be read
          listeners: [{port: 1, trusted_proxies: [x]}] | trusted_proxies.0 must be an address or a
          rooms: {default_version: 13} | rooms.default_version must be one of 10, 11, 12
          federation: {enabled: maybe} | federation.enabled must be true or false
          federation: {notary_servers: [a b]} | federation.notary_servers.0 must be a server name
          federation: {old_verify_keys: [{id: x, key: XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI, expired_ts: 1}]} | federation.old_verify_keys.0.id must be a key id
          federation: {old_verify_keys: [{id: "ed25519:1", key: short, expired_ts: 1}]} | old_verify_keys.0.key must be an Ed25519 public key
          registration: {mode: token} | registration.tokens must have at least one token
          rate_limits: {login: {per_second: 0}} | rate_limits.login.per_second must be a number
          database: {url: jdbc:mysql://x} | database.url must be a JDBC URL, like jdbc:postgresql://
          database: {password_file: nowhere} | database.password_file names a file that cannot be
          memory: 512 | line 1: memory must be an amount from 64MB to 1024GB, like 512MB or 4GB
          memory: 32MB | line 1: memory must be an amount from 64MB to 1024GB, like 512MB or 4GB
          memory: {caches_megabytes: 64} | line 1: memory must be an amount from 64MB to 1024GB
          log: {level: info, level: warn} | line 1: level is given twice
          log: [ | not YAML
          just words | the file must be a group of keys
          """)
  void wrongSettings(String text, String message) {
    assertThat(problems(text)).singleElement().asString().contains(message);
  }

  @Test
  void problemsNameTheLine() {
    assertThat(problems("server_name: a\nlog:\n  level: info\n  colour: red\nmedai: {}\n"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("config.yaml line 4: log.colour is unknown"),
            second -> assertThat(second).startsWith("config.yaml line 5: medai is unknown"));
  }

  /// Not the line on which its value begins.
  @Test
  void theLineIsThatOfTheKey() {
    assertThat(problems("# A comment\nmedai:\n  max_upload_bytes: 2048\nlog:\n  - level\n"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("config.yaml line 4: log must be a group"),
            second -> assertThat(second).startsWith("config.yaml line 2: medai is unknown"));
  }

  @Test
  void problemsDoNotRepeatSecrets() {
    assertThat(problems("registration: {tokens: ['top secret!']}"))
        .singleElement()
        .asString()
        .doesNotContain("top secret");
    assertThat(
            catchThrowableOfType(
                    ConfigException.class, () -> read("", "registration.tokens=[top secret!]"))
                .problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "--set registration.tokens: registration.tokens.0 must be 1 to 64 letters, digits or"
                + " . _ ~ -");
  }

  @Test
  void setOverridesAnyKey() throws ConfigException {
    Config config =
        read(
            "server_name: a.example\nlisteners:\n  - port: 1\n",
            "server_name=b.example",
            "log.level=debug",
            "listeners.0.port=2",
            "listeners.0.apis=[client]",
            "listeners.1={\"port\": 3, \"address\": \"::1\"}",
            "federation.denied_servers.0=c.example");

    assertThat(config.serverName()).isEqualTo("b.example");
    assertThat(config.log().level()).isEqualTo(Config.LogLevel.DEBUG);
    assertThat(config.listeners()).extracting(Listener::port).containsExactly(2, 3);
    assertThat(config.listeners().getFirst().apis()).containsExactly(Api.CLIENT);
  }

  @Test
  void setOfAnEmptyValueMeansTheDefault() throws ConfigException {
    assertThat(read("server_name: a.example", "server_name=").serverName()).isEqualTo("localhost");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server_name | --set server_name: expected key=value
          colour=red | --set colour: colour is unknown
          log.level=loud | --set log.level: log.level must be one of
          listeners.x=1 | --set listeners.x: x must be an index from 0 to 1
          server_name.x=1 | --set server_name.x: there is no key x here
          """)
  void wrongOverrides(String override, String message) {
    var thrown =
        catchThrowableOfType(
            ConfigException.class,
            () -> read("server_name: a\nlisteners:\n  - port: 1\n", override));

    assertThat(thrown.problems()).singleElement().asString().contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.200.3.4, true",
    "10.0.0.0/9, 10.200.3.4, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "fd00::/8, fd12::1, true",
    "0.0.0.0/0, fd12::1, false"
  })
  void networks(String network, String address, boolean contained) {
    assertThat(
            Network.parse(network)
                .orElseThrow()
                .contains(Network.parse(address).orElseThrow().address()))
        .isEqualTo(contained);
  }

  private static List<String> problems(String text) {
    return catchThrowableOfType(ConfigException.class, () -> read(text)).problems();
  }

  private static Config read(String text, String... overrides) throws ConfigException {
    return ConfigReader.read(text, "config.yaml", BASE, List.of(overrides));
  }

  private static Path resource(String name) {
    return Path.of("src", "test", "resources", "org", "hearth", "server", "config", name);
  }
}
