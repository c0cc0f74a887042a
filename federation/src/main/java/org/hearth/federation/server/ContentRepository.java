package org.hearth.federation.server;

import java.time.Duration;
import org.hearth.engine.federation.LocalMedia;
import org.hearth.engine.federation.MediaContent;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;

/// Specification file `content_repository.yaml`; methods are its operationIds.
final class ContentRepository {
  private static final long DEFAULT_WAIT_MS = 20_000;
  private static final long MAX_WAIT_MS = 60_000;
  private static final int MAX_SIDE = 4096;

  private final LocalMedia media;

  ContentRepository(LocalMedia media) {
    this.media = media;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/media/download/:mediaId", this::getContent);
    routes.get("/_matrix/federation/v1/media/thumbnail/:mediaId", this::getContentThumbnail);
  }

  Answer getContent(Call call) {
    return answer(media.download(mediaId(call), wait(call)));
  }

  Answer getContentThumbnail(Call call) {
    String method = call.query("method").orElse("scale");
    if (!method.equals("crop") && !method.equals("scale")) {
      throw BadRequest.invalid("method must be crop or scale.");
    }
    return answer(
        media.thumbnail(
            mediaId(call),
            side(call, "width"),
            side(call, "height"),
            method,
            call.flag("animated"),
            wait(call)));
  }

  /// Whatever else stands there could not be part of a content URI.
  private static String mediaId(Call call) {
    String mediaId = call.path("mediaId");
    if (MxcUri.tryParse("mxc://any/" + mediaId).isEmpty()) {
      throw BadRequest.invalid("This is no valid media ID.");
    }
    return mediaId;
  }

  private static int side(Call call, String name) {
    long side = call.number(name);
    if (side < 1 || side > MAX_SIDE) throw BadRequest.invalid(name + " is out of range.");
    return (int) side;
  }

  private static Duration wait(Call call) {
    long wait = call.number("timeout_ms", DEFAULT_WAIT_MS);
    return Duration.ofMillis(Math.clamp(wait, 0, MAX_WAIT_MS));
  }

  private static Answer answer(Outcome<MediaContent> outcome) {
    return switch (outcome) {
      case Outcome.Done<MediaContent>(MediaContent content) -> new Answer.Media(content);
      case Outcome.Refused<MediaContent>(var refusal) -> Answer.refused(refusal);
    };
  }
}
