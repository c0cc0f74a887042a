package org.hearth.storage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.hearth.engine.media.MediaChange;
import org.hearth.engine.media.MediaItem;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Media on both databases.
@ContractOf(StoredMedia.class)
abstract class MediaContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final MxcUri URI = new MxcUri("mxc://a.example/one");

  @TempDir Path files;

  private StoredMedia media;

  @BeforeEach
  void open() {
    media = new StoredMedia(storage().database(), storage().sealing(), files, new SecureRandom());
  }

  private MediaItem put(MxcUri uri, MediaItem.SealedFile file) {
    var item =
        new MediaItem(uri, ALICE, 7, new MediaItem.Content("text/plain", "name\0.txt", file));
    write(new MediaChange.Put(item));
    return item;
  }

  @Test
  void aFileIsWhatWasUploadedAlsoAfterARestart() throws IOException {
    var bytes = new byte[200_000];
    new java.util.Random(1).nextBytes(bytes);
    var item = put(URI, media.write(new ByteArrayInputStream(bytes)));
    reopen();
    open();

    var found = media.item(URI).orElseThrow();
    assertThat(found.uploader()).isEqualTo(ALICE);
    assertThat(found.createdMs()).isEqualTo(7);
    var content = found.content();
    assertThat(content).isNotNull();
    assertThat(content.fileName()).isEqualTo("name\0.txt");
    assertThat(content.file().name()).isEqualTo(item.content().file().name());
    try (var in = media.open(content.file())) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    assertThat(media.item(new MxcUri("mxc://a.example/other"))).isEmpty();
  }

  @Test
  void placesThatAreReservedAreCountedUntilTheyAreFilled() throws IOException {
    write(new MediaChange.Put(new MediaItem(URI, ALICE, 7, null)));
    write(new MediaChange.Put(new MediaItem(new MxcUri("mxc://a.example/two"), ALICE, 9, null)));
    assertThat(media.reserved(ALICE, 7)).isEqualTo(2);
    assertThat(media.reserved(ALICE, 8)).isEqualTo(1);
    put(URI, media.write(new ByteArrayInputStream(new byte[1])));
    assertThat(media.reserved(ALICE, 7)).isEqualTo(1);
    assertThat(media.reserved(UserId.parse("@bob:a.example"), 7)).isZero();
  }

  @Test
  void whatIsRemovedIsGone() throws IOException {
    var item = put(URI, media.write(new ByteArrayInputStream(new byte[10])));
    write(new MediaChange.Removed(URI));
    media.delete(item.content().file());
    assertThat(media.item(URI)).isEmpty();
    assertThatThrownBy(() -> media.open(item.content().file())).isInstanceOf(IOException.class);
  }
}
