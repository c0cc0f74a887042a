package org.hearth.federation.remote;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.federation.MediaContent;
import org.hearth.engine.federation.RemoteMedia;
import org.hearth.federation.client.FederationClient;
import org.hearth.federation.client.FederationReply;
import org.hearth.federation.client.StreamedResponse;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;

/// [RemoteMedia] over HTTP:
/// [authenticated](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediadownloadmediaid),
/// or from the endpoint of before v1.11 where a server does not know that.
public final class FederatedMedia implements RemoteMedia {
  private static final long MAX_WAIT_MS = 20_000;
  private static final int OVERHEAD = 64 * 1024;
  private static final int MAX_REDIRECTS = 5;
  private static final String UNNAMED = "application/octet-stream";

  private final FederationClient client;

  public FederatedMedia(FederationClient client) {
    this.client = client;
  }

  @Override
  public Outcome<MediaContent> download(MxcUri uri, long maxBytes, Duration timeout) {
    FederationClient.Options options =
        client
            .options()
            .withTimeout(timeout)
            .withMaxBytes((int) Math.min(maxBytes + OVERHEAD, Integer.MAX_VALUE));
    try {
      String path =
          RequestPath.v1("media/download", uri.mediaId())
              .query("timeout_ms", Math.min(MAX_WAIT_MS, timeout.toMillis()))
              .toString();
      StreamedResponse response = client.open(uri.serverName(), path, options);
      if (response.status() == 200) return multipart(response, maxBytes, options);
      FederationReply reply = FederationClient.reply(response.whole(OVERHEAD));
      return isUnknownEndpoint(reply)
          ? unauthenticated(uri, maxBytes, options)
          : Answers.outcome(uri.serverName(), reply, body -> Optional.empty());
    } catch (SocketTimeoutException e) {
      return Outcome.refused(
          ErrorCode.M_CONNECTION_TIMEOUT, uri.serverName() + " did not answer in time.");
    } catch (IOException | IllegalArgumentException e) {
      return Outcome.refused(
          ErrorCode.M_CONNECTION_FAILED,
          "The file could not be fetched from " + uri.serverName() + ".");
    }
  }

  private static boolean isUnknownEndpoint(FederationReply reply) {
    return reply instanceof FederationReply.Refused refused
        && (refused.status() == 404 || refused.status() == 405)
        && !refused.errorCode().equals("M_NOT_FOUND");
  }

  private Outcome<MediaContent> multipart(
      StreamedResponse response, long maxBytes, FederationClient.Options options)
      throws IOException {
    boolean handedOver = false;
    try {
      if (response.announcedLength() > maxBytes + OVERHEAD) return tooLarge(maxBytes);
      String boundary =
          MultipartStream.boundary(response.header("Content-Type").orElse(""))
              .orElseThrow(() -> new IOException("not a multipart body"));
      MultipartStream parts = new MultipartStream(response.body(), boundary);
      // "The first part ... describes the media's metadata, if any."
      parts.nextPart();
      Map<String, String> headers =
          parts.nextPart().orElseThrow(() -> new IOException("no second part"));
      String location = headers.get("location");
      if (location != null) return redirected(URI.create(location), maxBytes, options);
      handedOver = true;
      return Outcome.done(
          new MediaContent(
              headers.getOrDefault("content-type", UNNAMED),
              Optional.ofNullable(headers.get("content-disposition")),
              -1,
              parts));
    } finally {
      if (!handedOver) response.body().close();
    }
  }

  private Outcome<MediaContent> unauthenticated(
      MxcUri uri, long maxBytes, FederationClient.Options options) throws IOException {
    String path =
        RequestPath.of("/_matrix/media/v3/download", uri.serverName(), uri.mediaId())
            .query("allow_remote", "false")
            .query("allow_redirect", "true")
            .toString();
    StreamedResponse response = client.open(uri.serverName(), path, options.unsigned());
    Optional<String> location = response.header("Location");
    if (response.status() >= 300 && response.status() < 400 && location.isPresent()) {
      response.body().close();
      return redirected(URI.create(location.get()), maxBytes, options);
    }
    if (response.status() != 200) {
      FederationReply reply = FederationClient.reply(response.whole(OVERHEAD));
      return Answers.outcome(uri.serverName(), reply, body -> Optional.empty());
    }
    return plain(response, maxBytes);
  }

  /// From wherever the server keeps its media, without authentication.
  private Outcome<MediaContent> redirected(
      URI start, long maxBytes, FederationClient.Options options) throws IOException {
    URI uri = start;
    for (int hop = 0; hop < MAX_REDIRECTS; hop++) {
      StreamedResponse response = client.open(uri, options);
      if (response.status() == 200) return plain(response, maxBytes);
      response.body().close();
      Optional<String> location = response.header("Location");
      if (response.status() < 300 || response.status() >= 400 || location.isEmpty()) break;
      uri = uri.resolve(location.get());
    }
    return Outcome.refused(
        ErrorCode.M_CONNECTION_FAILED, "The file is not where its server says that it is.");
  }

  private static Outcome<MediaContent> plain(StreamedResponse response, long maxBytes)
      throws IOException {
    if (response.announcedLength() > maxBytes) {
      response.body().close();
      return tooLarge(maxBytes);
    }
    return Outcome.done(
        new MediaContent(
            response.header("Content-Type").orElse(UNNAMED),
            response.header("Content-Disposition"),
            response.announcedLength(),
            response.body()));
  }

  private static Outcome<MediaContent> tooLarge(long maxBytes) {
    return Outcome.refused(
        ErrorCode.M_TOO_LARGE, "Files of more than " + maxBytes + " bytes are not fetched.");
  }
}
