package org.hearth.client.media;

import java.time.Duration;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.RequestThreads;
import org.hearth.client.http.Routes;
import org.hearth.engine.media.ContentDisposition;
import org.hearth.engine.media.Media;
import org.hearth.engine.media.Thumbnails;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.jspecify.annotations.Nullable;

/// Specification file `authed-content-repo.yaml`: downloads.
public final class AuthedContentRepo {
  private static final long DEFAULT_WAIT_MS = 20_000;
  private static final long MAX_WAIT_MS = 60_000;
  private static final int MAX_SIDE = 4096;

  /// "The server MUST ... `Content-Security-Policy`": what somebody uploaded must not run in this
  /// server's name.
  private static final String SANDBOX =
      "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf;"
          + " style-src 'unsafe-inline'; object-src 'self';";

  private final Media media;
  private final RequestThreads threads;

  public AuthedContentRepo(Media media, RequestThreads threads) {
    this.media = media;
    this.threads = threads;
  }

  public void mount(Routes routes) {
    var limited = routes.limited(RateClass.MEDIA);
    limited.get(
        "/v1/media/download/:serverName/:mediaId", Auth.ACCESS_TOKEN, this::getContentAuthed);
    limited.get(
        "/v1/media/download/:serverName/:mediaId/:fileName",
        Auth.ACCESS_TOKEN,
        this::getContentAuthed);
    limited.get(
        "/v1/media/thumbnail/:serverName/:mediaId",
        Auth.ACCESS_TOKEN,
        this::getContentThumbnailAuthed);
    limited.get("/v1/media/config", Auth.ACCESS_TOKEN, this::getConfigAuthed);
  }

  /// The file name of the path, if there is one, takes the place of the uploader's.
  Reply getContentAuthed(Caller caller, Path path) {
    var name = path.getOr("fileName", "");
    return switch (media.download(ContentRepo.uri(path), wait(path), true, threads::parked)) {
      case Outcome.Done<Media.Download>(var download) -> content(download, name);
      case Outcome.Refused<Media.Download>(var refusal) -> refused(refusal);
    };
  }

  private static Reply content(Media.Download download, String name) {
    var content = download.item().content();
    if (content == null) throw new IllegalStateException("a download has content");
    return safe(
        Reply.stream(content.contentType(), content.file().length(), download.bytes()),
        content.contentType(),
        name.isEmpty() ? content.fileName() : name);
  }

  Reply getContentThumbnailAuthed(Caller caller, Path path) {
    boolean crop =
        switch (path.query().first("method").orElse("scale")) {
          case "crop" -> true;
          case "scale" -> false;
          default -> throw RequestError.invalidParam("method is `crop` or `scale`");
        };
    var thumbnail =
        media.thumbnail(
            ContentRepo.uri(path),
            side(path, "width"),
            side(path, "height"),
            crop,
            wait(path),
            true,
            threads::parked);
    return switch (thumbnail) {
      case Outcome.Done<Thumbnails.Thumbnail>(var image) ->
          safe(Reply.bytes(image.contentType(), image.bytes()), image.contentType(), null);
      case Outcome.Refused<Thumbnails.Thumbnail>(var refusal) -> refused(refusal);
    };
  }

  private static int side(Path path, String name) {
    path.query().require(name);
    long side = path.query().number(name, 0);
    if (side < 1 || side > MAX_SIDE)
      throw RequestError.invalidParam(name + " is a number of pixels from 1 to " + MAX_SIDE);
    return (int) side;
  }

  Reply getConfigAuthed(Caller caller, Path path) {
    return Reply.ok(new ContentRepo.ConfigAnswer(media.limits().maxUploadBytes()));
  }

  private static Duration wait(Path path) {
    long wait = path.query().number("timeout_ms", DEFAULT_WAIT_MS);
    return Duration.ofMillis(Math.min(wait, MAX_WAIT_MS));
  }

  /// A server that cannot be reached is 502 here; content that is not there yet 504.
  private static Reply refused(Refusal refusal) {
    return switch (refusal.code()) {
      case M_TOO_LARGE, M_CONNECTION_FAILED, M_CONNECTION_TIMEOUT -> Reply.refused(502, refusal);
      case M_NOT_YET_UPLOADED -> Reply.refused(504, refusal);
      case M_UNKNOWN -> Reply.refused(400, refusal);
      default -> Reply.refused(refusal);
    };
  }

  private static Reply safe(Reply reply, String contentType, @Nullable String fileName) {
    return reply
        .withHeader("Content-Disposition", ContentDisposition.of(contentType, fileName))
        .withHeader("Content-Security-Policy", SANDBOX)
        .withHeader("Cross-Origin-Resource-Policy", "cross-origin")
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Cache-Control", "private, max-age=31536000, immutable");
  }
}
