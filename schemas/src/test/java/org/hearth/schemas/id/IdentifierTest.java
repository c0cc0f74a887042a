package org.hearth.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
  @ParameterizedTest
  @CsvSource({
    "example.org, example.org, -1",
    "example.org:8448, example.org, 8448",
    "1.2.3.4:80, 1.2.3.4, 80",
    "[::1], [::1], -1",
    "[2001:db8::1.2.3.4]:8448, [2001:db8::1.2.3.4], 8448",
    "localhost, localhost, -1"
  })
  void serverNameHasHostAndPort(String value, String host, int port) {
    ServerName name = ServerName.parse(value);

    assertThat(name.host()).isEqualTo(host);
    assertThat(name.port()).isEqualTo(port < 0 ? OptionalInt.empty() : OptionalInt.of(port));
    assertThat(name).hasToString(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "a:",
        "a:x",
        "a:123456",
        "a:70000",
        "a b",
        "a/b",
        "a_b",
        "[::1",
        "[::1]x",
        "[]",
        "[g::1]",
        "a:1:2",
        "ü.org",
        "a@b"
      })
  void malformedServerNames(String value) {
    assertThat(ServerName.tryParse(value)).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> ServerName.parse(value));
  }

  @Test
  void ipLiteralsAreRecognised() {
    assertThat(ServerName.parse("1.2.3.4:80").isIpLiteral()).isTrue();
    assertThat(ServerName.parse("[::1]").isIpLiteral()).isTrue();
    assertThat(ServerName.parse("1.2.3.example").isIpLiteral()).isFalse();
  }

  /// "Historical user IDs": other servers have users with nearly any localpart, even an empty one.
  @ParameterizedTest
  @CsvSource({
    "@bob:example.org, true",
    "@bob+x=y/z.a_b-1:example.org:8448, true",
    "@Bob:example.org, false",
    "@:example.org, false",
    "@bö b!:example.org, false",
    "@a@b:example.org, false"
  })
  void userIds(String value, boolean validForNew) {
    UserId id = UserId.parse(value);

    assertThat(id.isValidForNew()).isEqualTo(validForNew);
    assertThat(UserId.of(id.localpart(), id.serverName())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bob", "@bob", "@bob:", "bob:a", "@b\0:a", "@b\uD800:a", "@b:a b"})
  void malformedUserIds(String value) {
    assertThat(UserId.tryParse(value)).isEmpty();
  }

  @Test
  void identifiersHave255BytesAtMost() {
    assertThat(UserId.tryParse("@" + "a".repeat(252) + ":b")).isPresent();
    assertThat(UserId.tryParse("@" + "a".repeat(253) + ":b")).isEmpty();
    assertThat(UserId.tryParse("@" + "ü".repeat(126) + ":b")).isPresent();
    assertThat(UserId.tryParse("@" + "ü".repeat(127) + ":b")).isEmpty();
  }

  @Test
  void roomIdsHaveAServerOnlyInOlderRoomVersions() {
    assertThat(RoomId.parse("!a:b.org").serverName()).contains(new ServerName("b.org"));
    assertThat(RoomId.parse("!" + "a".repeat(43)).serverName()).isEmpty();
    assertThat(RoomId.tryParse("!")).isEmpty();
    assertThat(RoomId.tryParse("!a:b c")).isEmpty();
    assertThat(RoomId.ofCreateEvent(EventId.parse("$abc"))).isEqualTo(RoomId.parse("!abc"));
  }

  @Test
  void aliasesAndContentUris() {
    assertThat(RoomAlias.parse("#a b:c.org").localpart()).isEqualTo("a b");
    assertThat(RoomAlias.tryParse("#a")).isEmpty();
    assertThat(MxcUri.parse("mxc://a.org:1/Ab-_9").mediaId()).isEqualTo("Ab-_9");
    assertThat(MxcUri.parse("mxc://a.org:1/Ab").serverName()).isEqualTo(new ServerName("a.org:1"));
    for (String bad :
        new String[] {"mxc://a", "mxc://a/", "mxc://a/../b", "mxc:///x", "http://a/b"}) {
      assertThat(MxcUri.tryParse(bad)).as(bad).isEmpty();
    }
  }
}
