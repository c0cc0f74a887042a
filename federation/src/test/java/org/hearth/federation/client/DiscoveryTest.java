package org.hearth.federation.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hearth.federation.FakeDns;
import org.hearth.federation.TestClock;
import org.junit.jupiter.api.Test;

/// [Resolving server
/// names](https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names), step by step.
class DiscoveryTest {
  private final TestClock clock = new TestClock();
  private final FakeDns dns = new FakeDns();
  private final Map<String, RawResponse> web = new HashMap<>();
  private final List<String> fetched = new ArrayList<>();
  private final WellKnown wellKnown = new WellKnown(this::fetch, clock, 100);
  private final Discovery discovery =
      new Discovery(dns, wellKnown, new AddressRules(false), clock, 100);

  private RawResponse fetch(URI uri, int maxBytes) throws IOException {
    fetched.add(uri.toString());
    RawResponse response = web.get(uri.toString());
    if (response == null) throw new IOException("no route");
    return response;
  }

  private void delegate(String host, String json, String... header) {
    Map<String, String> headers = header.length == 0 ? Map.of() : Map.of(header[0], header[1]);
    web.put(
        "https://" + host + "/.well-known/matrix/server",
        new RawResponse(200, headers, json.getBytes(StandardCharsets.UTF_8)));
  }

  private String route(String name) {
    return switch (discovery.resolve(name, Discovery.PATIENCE)) {
      case Route.Outcome.Found(Route route) ->
          route.targets().stream()
                  .map(target -> target.address().getHostAddress() + " " + target.port())
                  .toList()
              + " host "
              + route.hostHeader()
              + " certificate "
              + route.certificateName();
      case Route.Outcome.NotFound(String reason) -> "not found: " + reason;
      case Route.Outcome.Refused(String reason) -> "refused: " + reason;
    };
  }

  /// "If the hostname is an IP literal, then that IP address should be used, together with the
  /// given port number, or 8448 if no port is given."
  @Test
  void step1IpLiteral() {
    assertThat(route("8.8.8.8")).isEqualTo("[8.8.8.8 8448] host 8.8.8.8 certificate 8.8.8.8");
    assertThat(route("8.8.8.8:80")).isEqualTo("[8.8.8.8 80] host 8.8.8.8:80 certificate 8.8.8.8");
    assertThat(route("[2606:4700::1]:99"))
        .isEqualTo(
            "[2606:4700:0:0:0:0:0:1 99] host [2606:4700::1]:99 certificate 2606:4700:0:0:0:0:0:1");
    assertThat(dns.asked).isEmpty();
  }

  /// "If the hostname is not an IP literal, and the server name includes an explicit port, resolve
  /// the hostname to an IP address using CNAME, AAAA or A records."
  @Test
  void step2ExplicitPort() {
    dns.address("example.org", "8.8.8.8", "2606:4700::1");
    assertThat(route("Example.org:8080"))
        .isEqualTo(
            "[8.8.8.8 8080, 2606:4700:0:0:0:0:0:1 8080] host example.org:8080 certificate example.org");
    assertThat(fetched).isEmpty();
  }

  @Test
  void step3DelegationToAddressAndPort() {
    delegate("example.org", "{\"m.server\":\"9.9.9.9\"}");
    assertThat(route("example.org")).isEqualTo("[9.9.9.9 8448] host 9.9.9.9 certificate 9.9.9.9");
    delegate("two.example", "{\"m.server\":\"matrix.two.example:443\"}");
    dns.address("matrix.two.example", "8.8.4.4");
    assertThat(route("two.example"))
        .isEqualTo("[8.8.4.4 443] host matrix.two.example:443 certificate matrix.two.example");
  }

  @Test
  void step3DelegationThenServiceRecords() {
    delegate("example.org", "{\"m.server\":\"matrix.example.org\"}");
    dns.service("_matrix-fed._tcp.matrix.example.org", new Dns.Service("a.example.net", 1001))
        .service("_matrix._tcp.matrix.example.org", new Dns.Service("b.example.net", 1002))
        .address("a.example.net", "8.8.8.1");
    assertThat(route("example.org"))
        .isEqualTo("[8.8.8.1 1001] host matrix.example.org certificate matrix.example.org");
  }

  @Test
  void step3DelegationWithoutServiceRecords() {
    delegate("example.org", "{\"m.server\":\"matrix.example.org\"}");
    dns.address("matrix.example.org", "8.8.8.1");
    assertThat(route("example.org"))
        .isEqualTo("[8.8.8.1 8448] host matrix.example.org certificate matrix.example.org");
  }

  /// "If the /.well-known request resulted in an error response, a server is found by resolving an
  /// SRV record for `_matrix-fed._tcp.<hostname>`."
  @Test
  void step4And5ServiceRecordsOfTheNameItself() {
    dns.service("_matrix-fed._tcp.example.org", new Dns.Service("a.example.net", 1001))
        .service("_matrix._tcp.old.example", new Dns.Service("b.example.net", 1002))
        .address("a.example.net", "8.8.8.1")
        .address("b.example.net", "8.8.8.2");
    assertThat(route("example.org"))
        .isEqualTo("[8.8.8.1 1001] host example.org certificate example.org");
    assertThat(route("old.example"))
        .isEqualTo("[8.8.8.2 1002] host old.example certificate old.example");
  }

  @Test
  void step6Port8448() {
    dns.address("example.org", "8.8.8.8");
    assertThat(route("example.org"))
        .isEqualTo("[8.8.8.8 8448] host example.org certificate example.org");
    assertThat(route("nowhere.example")).startsWith("not found");
  }

  @Test
  void malformedDelegationsCountAsNone() {
    dns.address("example.org", "8.8.8.8");
    for (String json :
        List.of("nonsense", "[]", "{}", "{\"m.server\":1}", "{\"m.server\":\"a b\"}")) {
      delegate("example.org", json);
      clock.advance(Duration.ofDays(3));
      assertThat(route("example.org")).startsWith("[8.8.8.8 8448]");
    }
  }

  /// "Servers should follow 30x redirects, carefully avoiding redirect loops".
  @Test
  void followsRedirectsButNotForEver() {
    String start = "https://example.org/.well-known/matrix/server";
    web.put(
        start, new RawResponse(302, Map.of("location", "https://www.example.org/x"), new byte[0]));
    web.put(
        "https://www.example.org/x",
        new RawResponse(
            200, Map.of(), "{\"m.server\":\"1.1.1.1\"}".getBytes(StandardCharsets.UTF_8)));
    assertThat(route("example.org")).startsWith("[1.1.1.1 8448]");

    String loop = "https://loop.example/.well-known/matrix/server";
    web.put(
        loop, new RawResponse(301, Map.of("location", "/.well-known/matrix/server"), new byte[0]));
    fetched.clear();
    assertThat(route("loop.example")).startsWith("not found");
    assertThat(fetched).hasSize(WellKnown.MAX_REDIRECTS + 1);

    String plain = "https://plain.example/.well-known/matrix/server";
    web.put(plain, new RawResponse(301, Map.of("location", "http://plain.example/"), new byte[0]));
    assertThat(route("plain.example")).startsWith("not found");
  }

  @Test
  void keepsDelegationsAsLongAsTheHeadersSayWithinBounds() {
    delegate("example.org", "{\"m.server\":\"1.1.1.1\"}", "cache-control", "public, max-age=7200");
    assertThat(route("example.org")).startsWith("[1.1.1.1");
    delegate("example.org", "{\"m.server\":\"1.1.1.2\"}", "cache-control", "max-age=999999999");
    clock.advance(Duration.ofMinutes(119));
    assertThat(route("example.org")).startsWith("[1.1.1.1");
    clock.advance(Duration.ofMinutes(10));
    assertThat(route("example.org")).startsWith("[1.1.1.2");
    delegate("example.org", "{\"m.server\":\"1.1.1.3\"}", "cache-control", "no-store");
    clock.advance(Duration.ofHours(47));
    assertThat(route("example.org")).startsWith("[1.1.1.2");
    clock.advance(Duration.ofHours(2));
    assertThat(route("example.org")).startsWith("[1.1.1.3");
  }

  /// A web server that is down for an hour does not cut a delegated server off.
  @Test
  void anOldDelegationOutlivesAShortOutage() {
    delegate("example.org", "{\"m.server\":\"1.1.1.1\"}", "cache-control", "max-age=3600");
    assertThat(route("example.org")).startsWith("[1.1.1.1");
    web.clear();
    clock.advance(Duration.ofHours(2));
    assertThat(route("example.org")).startsWith("[1.1.1.1");
    clock.advance(Duration.ofHours(48));
    assertThat(route("example.org")).startsWith("not found");
  }

  @Test
  void refusesAddressesThatAreNotPublicWhateverTheName() {
    dns.address("inner.example", "10.0.0.1").address("mixed.example", "127.0.0.1", "8.8.8.8");
    assertThat(route("inner.example")).startsWith("refused");
    assertThat(route("127.0.0.1:8448")).startsWith("refused");
    assertThat(route("[::ffff:10.0.0.1]")).startsWith("refused");
    assertThat(route("mixed.example")).startsWith("[8.8.8.8 8448]");
  }

  /// Nobody waits for the sum of all steps' patience; what is found too late serves the next one.
  @Test
  void aNameServerThatDoesNotAnswerHoldsUpNobodyForLong() {
    dns.address("slow.example", "8.8.8.8");
    dns.pause();
    assertThat(discovery.resolve("slow.example", Duration.ofMillis(1)))
        .isEqualTo(new Route.Outcome.NotFound("Discovery did not end in time."));
    assertThat(discovery.resolve("slow.example", Duration.ofMillis(1)))
        .isInstanceOf(Route.Outcome.NotFound.class);
    dns.goOn();
    assertThat(route("slow.example")).startsWith("[8.8.8.8 8448]");
    // All three asked by one look-up.
    assertThat(fetched).hasSize(1);
  }
}
