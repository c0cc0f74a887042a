package org.hearth.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

/// A simulator that finds nothing proves nothing: these runs have a fault, and it must be noticed.
class MutationTest {
  private static final List<RoomVersion> ALL = List.of(RoomVersion.values());

  private static List<String> firstViolations(Mutation mutation, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      var result = Simulation.run(seed, ALL, mutation, false);
      if (!result.isGood()) return result.violations();
    }
    return List.of();
  }

  @Test
  void aDiskThatLosesWhatItSaidItForcedIsNoticed() {
    var lying =
        new Mutation() {
          @Override
          public boolean forces(SimulatedServer server) {
            return false;
          }
        };

    assertThat(firstViolations(lying, 10)).isNotEmpty();
  }

  /// "2. Passes signature checks, otherwise it is dropped."
  @Test
  void aServerThatTakesEverySignatureIsNoticed() {
    var gullible =
        new Mutation() {
          @Override
          public VerifyKey key(VerifyKey real) {
            return new VerifyKey(real.id(), real.bytes()) {
              @Override
              public boolean verify(byte[] message, byte[] signature) {
                return true;
              }
            };
          }
        };

    assertThat(firstViolations(gullible, 40))
        .anySatisfy(violation -> assertThat(violation).startsWith("nothing forged is taken"));
  }

  /// One server resolves states without the auth chains of what is in conflict.
  @Test
  void aServerThatDoesNotSeeTheAuthDifferenceIsNoticed() {
    assertThat(firstViolations(new WithoutAuthLinks(), 60)).isNotEmpty();
  }
}
