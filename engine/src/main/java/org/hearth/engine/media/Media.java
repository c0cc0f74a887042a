package org.hearth.engine.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.Parking;
import org.hearth.engine.federation.LocalMedia;
import org.hearth.engine.federation.MediaContent;
import org.hearth.engine.federation.RemoteMedia;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Uploads, downloads and reserves. What other servers hold is fetched once and kept here, sealed
/// like our own.
public final class Media implements LocalMedia {

  /// @param maxUploadBytes of one file
  /// @param maxRemoteBytes of another server's file
  /// @param reservation how long a reserved place waits for its upload
  /// @param reservations how many places a user may have reserved at a time
  public record Limits(
      long maxUploadBytes, long maxRemoteBytes, Duration reservation, int reservations) {}

  private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(5);
  private static final int ID_BYTES = 18;
  private static final int LOCKS = 64;

  private final ServerName serverName;
  private final MediaStore store;
  private final RemoteMedia remote;
  private final Thumbnails thumbnails;
  private final Ledger ledger;
  private final Limits limits;
  private final InstantSource clock;
  private final SecureRandom random;

  /// Who waits for a reserved place to be filled.
  private final ConcurrentHashMap<MxcUri, CompletableFuture<Void>> awaited =
      new ConcurrentHashMap<>();

  /// By media: fetches and fills each file once. Held over network and disk, for that file only.
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

  public Media(
      ServerName serverName,
      MediaStore store,
      RemoteMedia remote,
      Ledger ledger,
      Limits limits,
      InstantSource clock,
      SecureRandom random) {
    this.serverName = serverName;
    this.store = store;
    this.remote = remote;
    this.thumbnails = new Thumbnails();
    this.ledger = ledger;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
    for (int i = 0; i < LOCKS; i++) locks[i] = new ReentrantLock();
  }

  public Limits limits() {
    return limits;
  }

  /// A place for a later upload.
  ///
  /// @param expiresMs when the place is no longer kept
  public record Reserved(MxcUri uri, long expiresMs) {}

  public Outcome<Reserved> reserve(UserId userId) {
    long now = clock.millis();
    if (store.reserved(userId, now - limits.reservation().toMillis()) >= limits.reservations())
      return Outcome.refused(
          ErrorCode.M_LIMIT_EXCEEDED,
          "You have reserved many uploads; fill them or wait until they expire.");
    var uri = freshUri();
    ledger.write(new MediaChange.Put(new MediaItem(uri, userId, now, null)));
    return Outcome.done(new Reserved(uri, now + limits.reservation().toMillis()));
  }

  /// @param contentType null for unknown
  /// @param fileName null for none
  public MxcUri upload(
      UserId userId, @Nullable String contentType, @Nullable String fileName, InputStream bytes)
      throws IOException {
    var uri = freshUri();
    put(uri, userId, contentType, fileName, bytes);
    return uri;
  }

  /// Fills a reserved place.
  public Outcome<Void> uploadTo(
      UserId userId,
      MxcUri uri,
      @Nullable String contentType,
      @Nullable String fileName,
      InputStream bytes)
      throws IOException {
    var lock = lock(uri);
    lock.lock();
    try {
      var item = store.item(uri);
      if (item.isEmpty() || expired(item.get()))
        return Outcome.notFound("There is no reserved upload " + uri + ", or it has expired.");
      if (!userId.equals(item.get().uploader()))
        return Outcome.forbidden("This upload was reserved by somebody else.");
      if (item.get().content() != null)
        return Outcome.refused(ErrorCode.M_CANNOT_OVERWRITE_MEDIA, "This upload is there already.");
      put(uri, userId, contentType, fileName, bytes);
    } finally {
      lock.unlock();
    }
    var waiting = awaited.remove(uri);
    if (waiting != null) waiting.complete(null);
    return Outcome.nothing();
  }

  private boolean expired(MediaItem item) {
    return item.content() == null
        && item.createdMs() + limits.reservation().toMillis() < clock.millis();
  }

  private MediaItem put(
      MxcUri uri,
      @Nullable UserId uploader,
      @Nullable String contentType,
      @Nullable String fileName,
      InputStream bytes)
      throws IOException {
    var file = store.write(bytes);
    var content =
        new MediaItem.Content(
            contentType == null || contentType.isBlank() ? "application/octet-stream" : contentType,
            fileName,
            file);
    var item = new MediaItem(uri, uploader, clock.millis(), content);
    ledger.write(new MediaChange.Put(item));
    return item;
  }

  /// @param item whose content is there
  /// @param bytes to be closed by whoever takes them
  public record Download(MediaItem item, InputStream bytes) {}

  /// Our own media or another server's; waits for a reserved upload, without holding the turn.
  ///
  /// @param remoteAllowed false to answer only what is here
  public Outcome<Download> download(
      MxcUri uri, Duration wait, boolean remoteAllowed, Parking parking) {
    return find(uri, wait, remoteAllowed, parking)
        .then(
            item -> {
              try {
                return Outcome.done(new Download(item, open(item)));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private InputStream open(MediaItem item) throws IOException {
    var content = item.content();
    if (content == null) throw new IllegalStateException(item.uri() + " has no content");
    return store.open(content.file());
  }

  private Outcome<MediaItem> find(
      MxcUri uri, Duration wait, boolean remoteAllowed, Parking parking) {
    var item = store.item(uri);
    if (item.isPresent() && item.get().content() != null) return Outcome.done(item.get());
    if (uri.serverName().equals(serverName)) {
      return item.isEmpty() || expired(item.get())
          ? Outcome.notFound("There is no such media.")
          : awaitUpload(uri, wait, parking);
    }
    return remoteAllowed
        ? fetch(uri)
        : Outcome.notFound("This media is on another server, which was not to be asked.");
  }

  private Outcome<MediaItem> awaitUpload(MxcUri uri, Duration wait, Parking parking) {
    var uploaded = awaited.computeIfAbsent(uri, _ -> new CompletableFuture<>());
    if (complete(uri).isEmpty()) {
      boolean _ =
          parking.parked(
              () -> {
                try {
                  uploaded.get(wait.toMillis(), TimeUnit.MILLISECONDS);
                  return true;
                } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
                  return false;
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                  return false;
                }
              });
    }
    return complete(uri)
        .map(Outcome::done)
        .orElseGet(
            () -> {
              awaited.remove(uri, uploaded);
              return Outcome.refused(
                  ErrorCode.M_NOT_YET_UPLOADED, "This media is not uploaded yet; try again later.");
            });
  }

  private Optional<MediaItem> complete(MxcUri uri) {
    return store.item(uri).filter(item -> item.content() != null);
  }

  private Outcome<MediaItem> fetch(MxcUri uri) {
    var lock = lock(uri);
    lock.lock();
    try {
      var here = complete(uri);
      if (here.isPresent()) return Outcome.done(here.get());
      return remote
          .download(uri, limits.maxRemoteBytes(), FETCH_TIMEOUT)
          .then(content -> keep(uri, content));
    } finally {
      lock.unlock();
    }
  }

  private Outcome<MediaItem> keep(MxcUri uri, MediaContent content) {
    try (var bytes = content.bytes()) {
      var name = content.contentDisposition().flatMap(ContentDisposition::fileName).orElse(null);
      return Outcome.done(put(uri, null, content.contentType(), name, bytes));
    } catch (IOException e) {
      return Outcome.refused(
          ErrorCode.M_CONNECTION_FAILED, "The other server broke off while sending the media.");
    }
  }

  /// @param width of what is wanted, in pixels
  public Outcome<Thumbnails.Thumbnail> thumbnail(
      MxcUri uri,
      int width,
      int height,
      boolean crop,
      Duration wait,
      boolean remoteAllowed,
      Parking parking) {
    return find(uri, wait, remoteAllowed, parking)
        .then(
            item -> thumbnails.of(item, Thumbnails.Size.fitting(width, height, crop), this::open));
  }

  @Override
  public Outcome<MediaContent> download(String mediaId, Duration wait) {
    return download(own(mediaId), wait, false, Media::waiting)
        .map(
            found -> {
              var content = java.util.Objects.requireNonNull(found.item().content());
              return new MediaContent(
                  content.contentType(),
                  Optional.of(ContentDisposition.of(content.contentType(), content.fileName())),
                  content.file().length(),
                  found.bytes());
            });
  }

  @Override
  public Outcome<MediaContent> thumbnail(
      String mediaId, int width, int height, String method, boolean animated, Duration wait) {
    return thumbnail(
            own(mediaId), width, height, method.equals("crop"), wait, false, Media::waiting)
        .map(
            image ->
                new MediaContent(
                    image.contentType(),
                    Optional.of(ContentDisposition.of(image.contentType(), null)),
                    image.bytes().length,
                    new java.io.ByteArrayInputStream(image.bytes())));
  }

  private static <T> T waiting(java.util.function.Supplier<T> wait) {
    return wait.get();
  }

  private MxcUri own(String mediaId) {
    return MxcUri.of(serverName, mediaId);
  }

  private MxcUri freshUri() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return own(Base64Unpadded.encodeUrlSafe(id));
  }

  private ReentrantLock lock(MxcUri uri) {
    return locks[Math.floorMod(uri.hashCode(), LOCKS)];
  }
}
