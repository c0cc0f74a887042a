package org.hearth.e2ee.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.hearth.e2ee.TestDevice;
import org.hearth.e2ee.World;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.Test;

class KeyClaimTest {
  private static final String ALGORITHM = "signed_curve25519";
  private final World world = new World("a.example");
  private final UserId alice = world.user("alice");
  private final TestDevice phone = world.login(alice, "PHONE");

  private String claim() {
    return world
        .claims
        .claim(Map.of(alice, Map.of("PHONE", ALGORITHM)), World.TIMEOUT)
        .keys()
        .get(alice)
        .get("PHONE")
        .fieldNames()
        .next();
  }

  /// "One-time keys are given out in the order that they were uploaded".
  @Test
  void aHundredParallelClaimsGetTheFirstHundredKeys() throws Exception {
    for (int i = 0; i < 12; i++)
      world.uploads.upload(
          alice, "PHONE", new KeyUpload(null, phone.oneTimeKeys(i * 10, 10), Map.of()));
    var claims = new ArrayList<Callable<String>>();
    for (int i = 0; i < 100; i++) claims.add(this::claim);
    var claimed = new HashSet<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : threads.invokeAll(claims)) claimed.add(one.get());
    }
    assertThat(claimed).isEqualTo(phone.oneTimeKeys(0, 100).keySet());
    assertThat(claim()).isEqualTo(ALGORITHM + ":K00100");
  }

  @Test
  void whatWasHandedOutStaysHandedOutAfterARestart() {
    world.uploads.upload(alice, "PHONE", new KeyUpload(null, phone.oneTimeKeys(0, 2), Map.of()));
    assertThat(claim()).isEqualTo(ALGORITHM + ":K00000");
    var again = world.restarted();
    assertThat(
            again
                .claims
                .claimLocal(Map.of(alice, Map.of("PHONE", ALGORITHM)))
                .get(alice)
                .get("PHONE")
                .has(ALGORITHM + ":K00001"))
        .isTrue();
  }

  @Test
  void keysOfManyUsersAreHandedOutInOneBatch() {
    var wanted = new TreeMap<UserId, Map<String, String>>();
    for (int i = 0; i < 200; i++) {
      var user = world.user("user" + i);
      var device = world.login(user, "D");
      world.uploads.upload(user, "D", new KeyUpload(null, device.oneTimeKeys(0, 1), Map.of()));
      wanted.put(user, Map.of("D", ALGORITHM));
    }
    int before = world.store.batches();
    assertThat(world.claims.claim(wanted, World.TIMEOUT).keys()).hasSize(200);
    assertThat(world.store.batches()).isEqualTo(before + 1);
  }

  @Test
  void unknownUsersAndDevicesAreAbsentAndUnreachableServersAreFailures() {
    var b = new World("b.example");
    var bob = b.user("bob");
    var device = b.login(bob, "D");
    b.uploads.upload(bob, "D", new KeyUpload(null, device.oneTimeKeys(0, 1), Map.of()));
    world.others.put(b.name, b);
    var carol = UserId.of("carol", new ServerName("c.example"));
    world.away.add(carol.serverName());

    var claimed =
        world.claims.claim(
            Map.of(
                alice, Map.of("NONE", ALGORITHM),
                bob, Map.of("D", ALGORITHM, "E", ALGORITHM),
                carol, Map.of("D", ALGORITHM)),
            World.TIMEOUT);

    assertThat(claimed.keys().keySet()).containsExactly(bob);
    assertThat(claimed.keys().get(bob).keySet()).containsExactly("D");
    assertThat(claimed.failures().keySet()).containsExactly(carol.serverName());
  }
}
