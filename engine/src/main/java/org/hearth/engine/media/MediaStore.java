package org.hearth.engine.media;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;

/// Reads what [MediaChange]s made durable, and keeps the bytes.
public interface MediaStore {

  Optional<MediaItem> item(MxcUri uri);

  /// How many reserved and not yet uploaded places a user has that are younger than `sinceMs`.
  int reserved(UserId userId, long sinceMs);

  /// The oldest that were made before a time; ours or those of other servers.
  List<MediaItem> old(boolean remote, long beforeMs, int limit);

  /// The files lie on so many shelves.
  int SHELVES = 256;

  /// Deletes the files of one shelf that were written before a time and that no item names: uploads
  /// that never became durable, and what was removed.
  ///
  /// @return how many
  int sweep(int shelf, long beforeMs) throws IOException;

  /// Reads the stream to its end, seals it into a new file and returns when that survives a power
  /// cut. An `IOException` of the stream is passed on, and nothing stays.
  MediaItem.SealedFile write(InputStream bytes) throws IOException;

  /// The plaintext. Reading throws if the file was tampered with.
  InputStream open(MediaItem.SealedFile file) throws IOException;

  void delete(MediaItem.SealedFile file);
}
