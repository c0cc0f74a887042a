package org.hearth.storage.directory;

import java.util.List;
import org.hearth.engine.directory.PutAlias;
import org.hearth.engine.directory.RemoveAlias;
import org.hearth.engine.directory.SetPublished;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.Table;

/// The rows of aliases and of published rooms. Both are public, so they are in clear.
public final class DirectoryTopic {
  private static final Table ALIASES =
      Table.of("room_alias", List.of("alias"), "room_id", "creator", "position");
  private static final Table PUBLISHED = Table.of("published_room", List.of("room_id"), "position");

  private DirectoryTopic() {}

  public static Topic topic() {
    return Topic.named("directory")
        .change(
            PutAlias.class,
            (put, rows) ->
                rows.insert(
                    ALIASES,
                    put.change().alias().value(),
                    put.change().roomId().value(),
                    put.change().creator().value(),
                    put.position()))
        .change(
            RemoveAlias.class,
            (remove, rows) -> rows.delete(ALIASES, remove.change().alias().value()))
        .change(
            SetPublished.class,
            (set, rows) -> {
              var room = set.change().roomId().value();
              if (set.change().published()) rows.upsert(PUBLISHED, room, set.position());
              else rows.delete(PUBLISHED, room);
            });
  }
}
