package org.hearth.engine.media;

import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// One file of the content repository.
///
/// @param uploader null for other servers' media
/// @param createdMs when it was uploaded, reserved, or fetched
/// @param content null while it is only reserved
public record MediaItem(
    MxcUri uri, @Nullable UserId uploader, long createdMs, @Nullable Content content) {

  /// @param contentType as the uploader said; `application/octet-stream` if nothing was said
  /// @param fileName as the uploader said; null if nothing was said
  /// @param file where the sealed bytes are
  public record Content(String contentType, @Nullable String fileName, SealedFile file) {

    /// Names and types are what people wrote.
    @Override
    public String toString() {
      return "Content[" + file + "]";
    }
  }

  /// @param name of the file on disk
  /// @param length of the plaintext in bytes
  /// @param key of this file alone; sealed wherever it is stored
  @SuppressWarnings("ArrayRecordComponent")
  public record SealedFile(String name, long length, byte[] key) {
    @Override
    public String toString() {
      return "SealedFile[" + name + ", " + length + "]";
    }
  }
}
