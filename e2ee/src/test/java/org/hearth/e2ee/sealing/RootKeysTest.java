package org.hearth.e2ee.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class RootKeysTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private final MasterKey master = MasterKey.random(RANDOM);
  private final MasterKey next = MasterKey.random(RANDOM);
  private final RootKeys keys = RootKeys.random(RANDOM);

  @Test
  void onlyAMasterKeyThatSealedThemOpensThem() {
    var text = keys.seal(List.of(master));

    var opened = RootKeys.open(text, List.of(next, master)).orElseThrow();
    assertThat(opened.by()).isSameAs(master);
    assertThat(opened.keys().journals().getFirst()).isEqualTo(keys.journals().getFirst());
    assertThat(opened.keys().wrapping(1)).isEqualTo(keys.wrapping(1));
    assertThat(RootKeys.open(text, List.of(next))).isEmpty();
  }

  @Test
  void twoMasterKeysMayOpenThem() {
    var text = keys.seal(List.of(master, next));

    assertThat(RootKeys.open(text, List.of(master))).isPresent();
    assertThat(RootKeys.open(text, List.of(next))).isPresent();
    assertThat(text).doesNotContain(master.text(), next.text());
  }

  @Test
  void changedBytesDoNotOpen() {
    var text = keys.seal(List.of(master));
    int at = text.length() - 10;
    var changed =
        text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1);

    assertThat(RootKeys.open(changed, List.of(master))).isEmpty();
    assertThatThrownBy(() -> RootKeys.open("something else", List.of(master)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RootKeys.open("", List.of(master)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRotationHasTwoOfEachUntilItIsFinished() {
    var begun = keys.begun(RANDOM);
    assertThat(keys.rotating()).isFalse();
    assertThat(begun.rotating()).isTrue();
    assertThat(begun.current()).isEqualTo(2);
    assertThat(begun.wrapping(1)).isEqualTo(keys.wrapping(1));
    assertThat(begun.journals().getLast()).isEqualTo(keys.journals().getFirst());
    // One that was interrupted goes on instead of beginning another.
    var again = RootKeys.open(begun.seal(List.of(master)), List.of(master)).orElseThrow().keys();
    assertThat(again.begun(RANDOM)).isSameAs(again);

    var finished = again.finished();
    assertThat(finished.rotating()).isFalse();
    assertThat(finished.wrapping(1)).isEmpty();
    assertThat(finished.wrapping(2)).isEqualTo(begun.wrapping(2));
    assertThat(finished.journals()).hasSize(1);
    assertThat(finished.toString()).isEqualTo("RootKeys[[2]]");
  }
}
