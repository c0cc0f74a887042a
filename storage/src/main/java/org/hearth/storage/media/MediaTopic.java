package org.hearth.storage.media;

import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.media.MediaChange;
import org.hearth.ledger.Positioned;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// The rows of media.
public final class MediaTopic {
  private static final Table MEDIA =
      Table.of("media", List.of("uri"), "uploader", "created_ms", "file", "content", "key_scope");
  private static final RowWrite REMOVE_OF = MEDIA.deleteBy("uploader");

  private MediaTopic() {}

  public static Topic topic(Sealing sealing) {
    var sealed = new SealedContent(sealing);
    return Topic.named("media")
        .change(MediaChange.class, (change, rows) -> rows(change, sealed, rows));
  }

  private static void rows(Positioned<MediaChange> positioned, SealedContent sealed, RowSink rows) {
    switch (positioned.change()) {
      case MediaChange.Put(var item) -> {
        var content = item.content();
        rows.upsert(
            MEDIA,
            item.uri().value(),
            item.uploader() == null ? null : item.uploader().value(),
            item.createdMs(),
            content == null ? null : content.file().name(),
            content == null ? null : sealed.seal(SealedContent.scope(item), item.uri(), content),
            SealedContent.scope(item).name());
      }
      case MediaChange.Removed(var uri) -> rows.delete(MEDIA, uri.value());
      case MediaChange.RemovedOf(var uploader) -> rows.run(REMOVE_OF, uploader.value());
    }
  }

  /// What is sealed of media.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        SealedColumn.of(
            "media",
            "content",
            row -> new KeyScope(row.get(1)),
            row -> row.get(0) + "|media",
            "uri",
            "key_scope"));
  }
}
