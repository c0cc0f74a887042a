package org.hearth.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

class IdentifiersFuzzTest {
  /// Both ways to read agree, what is read is what was given, and its parts can be asked for.
  @FuzzTest(maxDuration = "2m")
  void anIdentifierIsRefusedOrWhole(byte[] data) {
    String text = new String(data, UTF_8);
    check(text, ServerName::tryParse, ServerName::new)
        .ifPresent(
            name -> {
              assertThat(name.host()).isNotEmpty();
              name.port().ifPresent(port -> assertThat(port).isBetween(0, 65_535));
              name.isIpLiteral();
            });
    check(text, UserId::tryParse, UserId::new)
        .ifPresent(
            user -> {
              assertThat("@" + user.localpart() + ":" + user.serverName()).isEqualTo(text);
              user.isValidForNew();
            });
    check(text, RoomAlias::tryParse, RoomAlias::new)
        .ifPresent(
            alias ->
                assertThat("#" + alias.localpart() + ":" + alias.serverName()).isEqualTo(text));
    check(text, RoomId::tryParse, RoomId::new).ifPresent(RoomId::serverName);
    check(text, EventId::tryParse, EventId::new).ifPresent(EventId::serverName);
    check(text, MxcUri::tryParse, MxcUri::new)
        .ifPresent(
            uri -> assertThat("mxc://" + uri.serverName() + "/" + uri.mediaId()).isEqualTo(text));
  }

  private static <T> Optional<T> check(
      String text, Function<String, Optional<T>> attempt, Function<String, T> constructor) {
    Optional<T> read = attempt.apply(text);
    read.ifPresent(value -> assertThat(value.toString()).isEqualTo(text));
    T made = null;
    try {
      made = constructor.apply(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotNull();
    }
    assertThat(Optional.ofNullable(made)).isEqualTo(read);
    return read;
  }
}
