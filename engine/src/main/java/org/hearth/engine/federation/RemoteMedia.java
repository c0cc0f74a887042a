package org.hearth.engine.federation;

import java.time.Duration;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;

/// Other servers' media. Blocks on network.
public interface RemoteMedia {

  /// Opens a download: authenticated, or from the old endpoint where the server has no other.
  ///
  /// Refusals: the other server's own; `M_TOO_LARGE` if it says that there is more than `maxBytes`
  /// (the stream breaks off if it did not say); `M_CONNECTION_FAILED`, `M_CONNECTION_TIMEOUT`.
  ///
  /// @param timeout for the whole download
  Outcome<MediaContent> download(MxcUri uri, long maxBytes, Duration timeout);
}
