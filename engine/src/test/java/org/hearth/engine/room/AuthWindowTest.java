package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuthWindowTest {
  private final AuthWindow window = new AuthWindow();

  @Test
  void knowsOnlyWhatWasPut() {
    window.put(new RoomStore.EventLink(1030, List.of(1, 7), false));
    window.put(new RoomStore.EventLink(1031, List.of(), true));

    assertThat(window.authEvents(1030)).containsExactly(1, 7);
    assertThat(window.authEvents(1031)).isEmpty();
    assertThat(window.authEvents(1032)).isNull();
    assertThat(window.isRejected(1030)).isFalse();
    assertThat(window.isRejected(1031)).isTrue();
  }

  @Test
  void anOutlierThatFoundItsPlaceIsJudgedAnew() {
    window.put(new RoomStore.EventLink(5, List.of(1), true));
    window.put(new RoomStore.EventLink(5, List.of(1, 2), false));

    assertThat(window.isRejected(5)).isFalse();
    assertThat(window.authEvents(5)).containsExactly(1, 2);
  }
}
