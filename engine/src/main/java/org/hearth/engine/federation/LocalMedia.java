package org.hearth.engine.federation;

import java.time.Duration;
import org.hearth.schemas.error.Outcome;

/// This server's own media, for other servers. `M_NOT_FOUND` for unknown and for other servers'
/// media, `M_NOT_YET_UPLOADED` when the wait is over.
public interface LocalMedia {

  /// @param wait how long to wait for content that is not uploaded yet
  Outcome<MediaContent> download(String mediaId, Duration wait);

  /// @param method `crop` or `scale`
  Outcome<MediaContent> thumbnail(
      String mediaId, int width, int height, String method, boolean animated, Duration wait);
}
