package org.hearth.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Seeds of each family of room versions: those that resolve states alike and name events alike.
/// `-Dhearth.simulator.seeds=20000` for a long run.
class SeedsTest {

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3,4,5", "6,7", "8,9,10,11", "12"})
  void honestServersAgreeWhateverHappens(String family) {
    List<RoomVersion> versions = Arrays.stream(family.split(",")).map(RoomVersion::parse).toList();
    long seeds = Long.getLong("hearth.simulator.seeds", 200);
    var campaign = new Campaign(versions, 1, seeds);

    campaign.run(Integer.getInteger("hearth.simulator.jobs", 2), _ -> {});

    assertThat(campaign.failures().stream().map(Campaign::describe)).isEmpty();
    assertThat(campaign.finished()).isEqualTo(seeds);
    // What was not exercised was not proven.
    for (var what : List.of("crashes", "partitions", "messages lost", "bans that hold at the end"))
      if (seeds >= 100) assertThat(campaign.counts().of(what)).as(what).isPositive();
  }
}
