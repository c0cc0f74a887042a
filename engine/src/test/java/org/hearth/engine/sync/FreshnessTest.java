package org.hearth.engine.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final Topic TOPIC = new Topic.Device(new UserId("@alice:a.example"), "PHONE");
  private final Freshness freshness = new Freshness(10, 100);

  @Test
  void whatHappenedBeforeTheStartIsUnknown() {
    assertThat(freshness.changedAfter(TOPIC, 9)).isTrue();
    assertThat(freshness.changedAfter(TOPIC, 10)).isFalse();
  }

  @Test
  void aNotedChangeIsNewerThanWhatWasBefore() {
    freshness.note(TOPIC, 12);
    assertThat(freshness.changedAfter(TOPIC, 11)).isTrue();
    assertThat(freshness.changedAfter(TOPIC, 12)).isFalse();
  }

  /// A commit is visible a moment before it is noted: an answer that reached further than what was
  /// heard of would pass over a message for good.
  @Test
  void answersReachNoFurtherThanWhatWasHeardOf() {
    assertThat(freshness.heard()).isEqualTo(10);
    freshness.note(TOPIC, 12);
    assertThat(freshness.heard()).isEqualTo(10);
    freshness.hear(12);
    freshness.hear(11);
    assertThat(freshness.heard()).isEqualTo(12);
  }
}
