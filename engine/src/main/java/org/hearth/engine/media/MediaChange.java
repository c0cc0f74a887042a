package org.hearth.engine.media;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;

/// What becomes of media.
public sealed interface MediaChange extends Change {

  /// A file is there, or a place for one is reserved.
  record Put(MediaItem item) implements MediaChange {}

  /// It is gone; its bytes are deleted after this is durable.
  record Removed(MxcUri uri) implements MediaChange {}

  /// Everything that a user uploaded is gone; the files are found later, since no row names them.
  record RemovedOf(UserId uploader) implements MediaChange {}
}
