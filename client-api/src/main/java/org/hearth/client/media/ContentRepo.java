package org.hearth.client.media;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.hearth.client.http.Auth;
import org.hearth.client.http.BodyStream;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Method;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.media.Media;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.ServerName;

/// Specification file `content-repo.yaml`: uploads.
///
/// Its unauthenticated downloads are frozen: "servers MUST NOT serve newer media over
/// unauthenticated endpoints", and all media here is newer.
public final class ContentRepo {
  private final Media media;

  public ContentRepo(Media media) {
    this.media = media;
  }

  record Uploaded(@JsonProperty("content_uri") MxcUri uri) {}

  record Created(
      @JsonProperty("content_uri") MxcUri uri,
      @JsonProperty("unused_expires_at") long unusedExpiresAt) {}

  record ConfigAnswer(@JsonProperty("m.upload.size") long uploadSize) {}

  public void mount(Routes routes) {
    var limited = routes.limited(RateClass.MEDIA).bodyUpTo(media.limits().maxUploadBytes());
    limited.stream(Method.POST, "/_matrix/media/v3/upload", Auth.ACCESS_TOKEN, this::uploadContent);
    limited.stream(
        Method.PUT,
        "/_matrix/media/v3/upload/:serverName/:mediaId",
        Auth.ACCESS_TOKEN,
        this::uploadContentToMxc);
    routes
        .limited(RateClass.MEDIA)
        .post("/_matrix/media/v1/create", Auth.ACCESS_TOKEN, this::createContent);
    routes.get("/_matrix/media/v3/config", Auth.ACCESS_TOKEN, this::getConfig);
    for (var frozen :
        new String[] {
          "/_matrix/media/v3/download/:serverName/:mediaId",
          "/_matrix/media/v3/download/:serverName/:mediaId/:fileName",
          "/_matrix/media/v3/thumbnail/:serverName/:mediaId"
        }) routes.get(frozen, Auth.NONE, this::getContent);
  }

  Reply uploadContent(Caller caller, Path path, BodyStream body) {
    try {
      return Reply.ok(
          new Uploaded(
              media.upload(
                  caller.userId(),
                  path.header("Content-Type").orElse(null),
                  path.query().first("filename").orElse(null),
                  body)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply uploadContentToMxc(Caller caller, Path path, BodyStream body) {
    try {
      return Reply.emptyOr(
          media.uploadTo(
              caller.userId(),
              uri(path),
              path.header("Content-Type").orElse(null),
              path.query().first("filename").orElse(null),
              body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply createContent(Caller caller, Path path) {
    return Reply.of(
        media.reserve(caller.userId()),
        reserved -> new Created(reserved.uri(), reserved.expiresMs()));
  }

  Reply getConfig(Caller caller, Path path) {
    return Reply.ok(new ConfigAnswer(media.limits().maxUploadBytes()));
  }

  Reply getContent(Caller caller, Path path) {
    return Reply.error(
        404,
        "M_NOT_FOUND",
        "Media is served with authentication only, under /_matrix/client/v1/media.");
  }

  static MxcUri uri(Path path) {
    var server = path.parsed("serverName", ServerName::tryParse);
    return MxcUri.tryParse("mxc://" + server + "/" + path.get("mediaId"))
        .orElseThrow(() -> RequestError.invalidParam("Not a valid mediaId"));
  }
}
