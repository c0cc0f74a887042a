package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.engine.media.MediaChange;
import org.hearth.engine.media.MediaItem;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.engine.userdata.UserDataChange;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.account.StoredProfiles;
import org.hearth.storage.account.StoredUserData;
import org.hearth.storage.backup.BackupCreation;
import org.hearth.storage.backup.BackupRepository;
import org.hearth.storage.backup.BackupRestoration;
import org.hearth.storage.backup.BackupVerification;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.media.StoredMedia;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `hearth backup` of one kind of database, restored into both.
abstract class BackupContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final String WORDS = "words that nobody else may read";

  private StoredMedia media;

  @BeforeEach
  void openMedia() {
    media = mediaOf(storage(), directory.resolve("media"));
  }

  private static StoredMedia mediaOf(Storage storage, Path directory) {
    return new StoredMedia(storage.database(), storage.sealing(), directory, new SecureRandom());
  }

  private Path backups() {
    return directory.resolve("backups");
  }

  private BackupCreation.Report back(Progress progress) throws IOException {
    var secret = directory.resolve("signing.key");
    if (!Files.exists(secret)) Files.writeString(secret, "ed25519 1 " + WORDS);
    var source =
        new BackupCreation.Source(
            "a.example",
            "test",
            storage().database(),
            directory.resolve("media"),
            media,
            List.of(secret, directory.resolve("nothing.key")),
            secrets -> fit(secrets.get("signing.key")));
    try (var repository = BackupRepository.create(backups(), StorageFixture.MASTER)) {
      return BackupCreation.run(
          source, repository, InstantSource.system(), new SecureRandom(), progress);
    }
  }

  /// As if keys were replaced just when the backup began.
  private int replacements;

  private boolean fit(byte[] secret) {
    if (replacements == 0) return secret != null;
    replacements--;
    return false;
  }

  private BackupRestoration.Report restore(String id, DatabaseSettings settings, Path data)
      throws IOException {
    Files.createDirectories(data);
    try (var repository = BackupRepository.open(backups(), StorageFixture.MASTER)) {
      var place = new BackupRestoration.Place(settings.location(), data.resolve("media"), data);
      return BackupRestoration.run(repository, repository.newestOr(id), place, Progress.NONE);
    }
  }

  private MxcUri upload(String name, int length) throws IOException {
    var bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) 'x');
    byte[] words = WORDS.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(words, 0, bytes, 0, Math.min(length, words.length));
    var file = media.write(new ByteArrayInputStream(bytes));
    var uri = new MxcUri("mxc://a.example/" + name);
    write(
        new MediaChange.Put(
            new MediaItem(uri, ALICE, 7, new MediaItem.Content("text/plain", null, file))));
    return uri;
  }

  private void count(int number) {
    write(
        new ProfileChange(ALICE, "displayname", Json.toTree(WORDS + number)),
        new UserDataChange.AccountDataSet(ALICE, null, "m.count", Json.object().put("n", number)));
  }

  private List<String> verify() throws IOException {
    try (var repository = BackupRepository.open(backups(), StorageFixture.MASTER)) {
      return BackupVerification.run(repository, repository.newestOr(""), Progress.NONE).problems();
    }
  }

  private static Storage open(DatabaseSettings settings) {
    return Storage.open(
        settings,
        StorageFixture.roots(),
        InstantSource.system(),
        StorageFixture.THROWING,
        StorageMetrics.NONE);
  }

  @Test
  void aRestoredServerIsTheOneThatWasSavedOnBothDatabases() throws Exception {
    count(1);
    var small = upload("small", 40);
    var large = upload("large", 3_000_000);
    RandomRows.fill(storage().database(), 1, 20);

    var saved = back(Progress.NONE);

    assertThat(saved.manifest().media()).hasSize(2);
    assertThat(verify()).isEmpty();
    var kinds = List.of(Databases.h2(directory.resolve("restored/database")), Databases.postgres());
    for (int i = 0; i < 2; i++) {
      var data = directory.resolve("restored").resolve("data" + i);
      var report = restore("", kinds.get(i), data);

      assertThat(report.rows()).isEqualTo(saved.manifest().rows());
      assertThat(report.files()).isEqualTo(2);
      assertThat(data.resolve("signing.key")).hasContent("ed25519 1 " + WORDS);
      try (var restored = open(kinds.get(i))) {
        assertThat(
                new StoredProfiles(restored.database(), restored.sealing())
                    .profile(ALICE)
                    .path("displayname")
                    .asText())
            .isEqualTo(WORDS + 1);
        var files = mediaOf(restored, data.resolve("media"));
        for (var uri : List.of(small, large)) {
          var item = files.item(uri).orElseThrow();
          try (var bytes = files.open(item.content().file())) {
            assertThat(bytes.readAllBytes()).hasSize((int) item.content().file().length());
          }
        }
        // Positions that clients may have seen after the backup are not given again.
        assertThat(restored.writer().resume().lastPosition())
            .isGreaterThan(saved.manifest().position() + 1_000_000);
      }
    }
  }

  /// "Backups that contain only ciphertext": nothing of the database is readable, not even names.
  @Test
  void nothingIsReadableInABackup() throws Exception {
    count(1);
    upload("file", 100);
    back(Progress.NONE);
    try (var files = Files.walk(backups())) {
      for (var file : files.filter(Files::isRegularFile).toList())
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .doesNotContain("words")
            .doesNotContain("alice")
            .doesNotContain("a.example");
    }
    assertThatThrownBy(() -> BackupRepository.open(backups(), MasterKey.of(new byte[32])))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("another master key");
  }

  @Test
  void aSecondBackupCostsOnlyWhatChanged() throws Exception {
    RandomRows.fill(storage().database(), "room_event", 2, 1500);
    count(1);
    upload("one", 500_000);
    var first = back(Progress.NONE);
    count(2);
    upload("two", 1000);

    var second = back(Progress.NONE);

    assertThat(second.bytesWritten()).isPositive().isLessThan(first.bytesWritten() / 3);
    assertThat(verify()).isEmpty();
    var settings = Databases.h2(directory.resolve("restored/database"));
    restore(first.manifest().id(), settings, directory.resolve("restored"));
    try (var restored = open(settings)) {
      var data = new StoredUserData(restored.database(), restored.sealing());
      assertThat(data.accountData(ALICE, null, "m.count").orElseThrow().content().path("n").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void theNewestBackupIsTheOneMadeLastAlsoOfSeveralInASecond() throws Exception {
    for (int number = 0; number < 6; number++) {
      count(number);
      var last = back(Progress.NONE).manifest();
      try (var repository = BackupRepository.open(backups(), StorageFixture.MASTER)) {
        assertThat(repository.newestOr("").id()).isEqualTo(last.id());
      }
    }
  }

  /// Database and media at one position, while the server goes on and even deletes.
  @Test
  void aBackupIsOneMomentOfAServerThatGoesOn() throws Exception {
    count(1);
    var uri = upload("doomed", 100);
    var file = media.item(uri).orElseThrow().content().file();
    RandomRows.fill(storage().database(), 5, 3);
    var next = new int[] {1};
    Progress writing =
        (step, done, total) -> {
          if (!step.startsWith("saving")) return;
          count(++next[0]);
          if (next[0] != 3) return;
          write(new MediaChange.Removed(uri));
          media.delete(file);
        };

    var saved = back(writing);

    assertThat(next[0]).isGreaterThan(20);
    assertThat(saved.manifest().missing()).isEmpty();
    assertThat(verify()).isEmpty();
    assertThatThrownBy(() -> media.open(file)).isInstanceOf(IOException.class);
    var settings = Databases.h2(directory.resolve("restored/database"));
    restore("", settings, directory.resolve("restored"));
    try (var restored = open(settings)) {
      var data = new StoredUserData(restored.database(), restored.sealing());
      var profiles = new StoredProfiles(restored.database(), restored.sealing());
      assertThat(data.accountData(ALICE, null, "m.count").orElseThrow().content().path("n").asInt())
          .isEqualTo(1);
      assertThat(profiles.profile(ALICE).path("displayname").asText()).isEqualTo(WORDS + 1);
      var files = mediaOf(restored, directory.resolve("restored/media"));
      assertThat(files.item(uri)).isPresent();
    }
  }

  @Test
  void keysThatAreReplacedWhileItBeginsDelayABackup() throws Exception {
    count(1);
    replacements = 2;
    back(Progress.NONE);
    assertThat(verify()).isEmpty();
    replacements = 100;
    assertThatThrownBy(() -> back(Progress.NONE))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("are being replaced");
  }

  @Test
  void eachByteOfABackupIsChecked() throws Exception {
    count(1);
    upload("file", 100);
    back(Progress.NONE);
    var chunks = new ArrayList<Path>();
    try (var files = Files.walk(backups().resolve("chunks"))) {
      files.filter(Files::isRegularFile).forEach(chunks::add);
    }
    for (var chunk : chunks) {
      byte[] good = Files.readAllBytes(chunk);
      byte[] bad = good.clone();
      bad[good.length / 2] ^= 1;
      Files.write(chunk, bad);
      assertThat(verify()).singleElement().asString().contains("damaged");
      Files.write(chunk, good);
    }
    Files.delete(chunks.getFirst());
    assertThat(verify()).singleElement().asString().contains("gone");
    assertThatThrownBy(
            () ->
                restore(
                    "",
                    Databases.h2(directory.resolve("restored/database")),
                    directory.resolve("restored")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is gone")
        .hasMessageContaining("empty the database");
    assertThatThrownBy(() -> open(Databases.h2(directory.resolve("restored/database"))))
        .isInstanceOf(StorageCannotOpen.class)
        .hasMessageContaining("not finished");
    back(Progress.NONE);
    assertThat(verify()).isEmpty();
  }

  @Test
  void aBackupOfANewerProgramIsRefused() {
    var settings = Databases.h2(directory.resolve("newer"));
    try (var target = BulkTarget.open(settings.location())) {
      assertThatThrownBy(() -> target.migrateOnly(Set.of("0101", "9901")))
          .isInstanceOf(CopyRefused.class)
          .hasMessageContaining("newer program");
    }
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    count(1);
    back(Progress.NONE);
    var settings = Databases.h2(directory.resolve("restored/database"));
    restore("", settings, directory.resolve("restored"));
    assertThatThrownBy(() -> restore("", settings, directory.resolve("elsewhere")))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("not empty");
    var occupied = directory.resolve("occupied");
    assertThatThrownBy(() -> BackupRepository.create(directory, StorageFixture.MASTER))
        .isInstanceOf(CopyRefused.class);
    Files.createDirectories(occupied.resolve("media"));
    Files.writeString(occupied.resolve("media/file"), "x");
    assertThatThrownBy(() -> restore("", Databases.h2(occupied.resolve("database")), occupied))
        .isInstanceOf(CopyRefused.class);
  }

  @Test
  void aBackupThatWasInterruptedIsNone() throws Exception {
    count(1);
    Progress failing =
        (step, done, total) -> {
          if (step.startsWith("saving profile")) throw new IllegalStateException("unplugged");
        };
    assertThatThrownBy(() -> back(failing)).hasMessage("unplugged");
    assertThatThrownBy(this::verify)
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("no finished backup");
    back(Progress.NONE);
    assertThat(verify()).isEmpty();
  }
}
