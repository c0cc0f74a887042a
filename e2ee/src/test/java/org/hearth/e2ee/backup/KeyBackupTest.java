package org.hearth.e2ee.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.hearth.e2ee.World;
import org.hearth.e2ee.backup.KeyBackups.Stored;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;

class KeyBackupTest {
  private static final String ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2";
  private static final RoomId ROOM = new RoomId("!room:a.example");
  private static final RoomId OTHER = new RoomId("!other:a.example");
  private final World world = new World("a.example");
  private final UserId alice = world.user("alice");

  private static <T> T done(Outcome<T> outcome) {
    return ((Outcome.Done<T>) outcome).value();
  }

  private static Refusal refused(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).refusal();
  }

  private String create() {
    return done(world.versions.create(alice, ALGORITHM, auth("key")));
  }

  private static ObjectNode auth(String key) {
    return Json.object().put("public_key", key);
  }

  private static BackupKey key(long index, long forwarded, boolean verified) {
    return new BackupKey(index, forwarded, verified, Json.object().put("ciphertext", "c" + index));
  }

  private Outcome<Stored> put(String version, RoomId room, String session, BackupKey key) {
    return world.backups.put(alice, version, Map.of(new SessionRef(room, session), key));
  }

  private BackupKey kept() {
    return done(world.backups.get(alice, "1", KeySelection.session(ROOM, "s")))
        .get(new SessionRef(ROOM, "s"));
  }

  @Test
  void theNewestVersionThatIsNotDeletedIsTheCurrentOne() {
    assertThat(refused(world.versions.current(alice)).code()).isEqualTo(ErrorCode.M_NOT_FOUND);
    assertThat(create()).isEqualTo("1");
    assertThat(create()).isEqualTo("2");
    assertThat(done(world.versions.current(alice)).version()).isEqualTo(2);
    assertThat(world.versions.delete(alice, "2")).isEqualTo(Outcome.done(true));
    assertThat(world.versions.delete(alice, "2")).as("again").isEqualTo(Outcome.done(false));
    assertThat(done(world.versions.current(alice)).version()).isEqualTo(1);
    assertThat(create()).as("numbers are not used again").isEqualTo("3");
    assertThat(refused(world.versions.delete(alice, "9")).code()).isEqualTo(ErrorCode.M_NOT_FOUND);
    assertThat(refused(world.versions.get(alice, "x")).code()).isEqualTo(ErrorCode.M_NOT_FOUND);
  }

  /// "Only auth_data can be modified."
  @Test
  void onlyAuthDataCanBeModified() {
    create();
    assertThat(world.versions.update(alice, "1", ALGORITHM, auth("new"), Optional.of("1")))
        .isEqualTo(Outcome.done(true));
    assertThat(done(world.versions.get(alice, "1")).authData()).isEqualTo(auth("new"));
    assertThat(
            refused(world.versions.update(alice, "1", "other", auth("x"), Optional.empty())).code())
        .isEqualTo(ErrorCode.M_INVALID_PARAM);
    assertThat(
            refused(world.versions.update(alice, "1", ALGORITHM, auth("x"), Optional.of("2")))
                .code())
        .isEqualTo(ErrorCode.M_INVALID_PARAM);
  }

  @Test
  void theBetterKeyIsKept() {
    create();
    put("1", ROOM, "s", key(5, 1, false));
    put("1", ROOM, "s", key(6, 0, false));
    assertThat(kept()).as("lower first_message_index").isEqualTo(key(5, 1, false));
    put("1", ROOM, "s", key(5, 0, false));
    assertThat(kept()).as("lower forwarded_count").isEqualTo(key(5, 0, false));
    put("1", ROOM, "s", key(9, 9, true));
    assertThat(kept()).as("verified").isEqualTo(key(9, 9, true));
    put("1", ROOM, "s", key(0, 0, false));
    assertThat(kept()).isEqualTo(key(9, 9, true));
  }

  @Test
  void theEtagChangesOnlyWithTheKeys() {
    create();
    assertThat(put("1", ROOM, "s", key(5, 0, false))).isEqualTo(Outcome.done(new Stored("1", 1)));
    assertThat(put("1", ROOM, "s", key(6, 0, false))).isEqualTo(Outcome.done(new Stored("1", 1)));
    assertThat(put("1", ROOM, "s", key(4, 0, false))).isEqualTo(Outcome.done(new Stored("2", 1)));
    assertThat(put("1", OTHER, "s", key(4, 0, false))).isEqualTo(Outcome.done(new Stored("3", 2)));
    assertThat(done(world.versions.current(alice)).count()).isEqualTo(2);
    assertThat(done(world.versions.current(alice)).etag()).isEqualTo(3);
  }

  @Test
  void onlyTheCurrentVersionTakesKeysAndTheErrorNamesIt() {
    assertThat(refused(put("1", ROOM, "s", key(0, 0, true))).code())
        .isEqualTo(ErrorCode.M_NOT_FOUND);
    create();
    create();
    var refusal = refused(put("1", ROOM, "s", key(0, 0, true)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.M_WRONG_ROOM_KEYS_VERSION);
    assertThat(refusal.fields()).containsEntry("current_version", "2");
  }

  @Test
  void keysAreReadAndDeletedBySessionRoomOrAll() {
    create();
    put("1", ROOM, "s1", key(1, 0, true));
    put("1", ROOM, "s2", key(2, 0, true));
    put("1", OTHER, "s3", key(3, 0, true));
    assertThat(done(world.backups.get(alice, "1", KeySelection.ALL))).hasSize(3);
    assertThat(done(world.backups.get(alice, "1", KeySelection.room(ROOM)))).hasSize(2);
    assertThat(refused(world.backups.get(alice, "1", KeySelection.session(ROOM, "s9"))).code())
        .isEqualTo(ErrorCode.M_NOT_FOUND);

    assertThat(world.backups.delete(alice, "1", KeySelection.session(ROOM, "s1")))
        .isEqualTo(Outcome.done(new Stored("4", 2)));
    assertThat(world.backups.delete(alice, "1", KeySelection.session(ROOM, "s1")))
        .as("nothing to delete")
        .isEqualTo(Outcome.done(new Stored("4", 2)));
    assertThat(world.backups.delete(alice, "1", KeySelection.ALL))
        .isEqualTo(Outcome.done(new Stored("5", 0)));
    assertThat(done(world.backups.get(alice, "1", KeySelection.room(ROOM)))).isEmpty();
  }

  @Test
  void parallelUploadsLoseNothing() throws Exception {
    create();
    var uploads = new ArrayList<Callable<Outcome<Stored>>>();
    for (int i = 0; i < 50; i++) {
      var session = "s" + i;
      uploads.add(() -> put("1", ROOM, session, key(1, 0, true)));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : threads.invokeAll(uploads)) done(one.get());
    }
    var version = done(world.versions.current(alice));
    assertThat(version.count()).isEqualTo(50);
    assertThat(version.etag()).isEqualTo(50);
  }
}
