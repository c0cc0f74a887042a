package org.hearth.engine.directory;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Local aliases and the list of published rooms, as committed.
public interface DirectoryStore {

  record LocalAlias(RoomAlias alias, RoomId roomId, UserId creator) {}

  Optional<LocalAlias> alias(RoomAlias alias);

  /// Oldest first.
  List<RoomAlias> aliases(RoomId roomId);

  boolean published(RoomId roomId);

  List<RoomId> published();
}
