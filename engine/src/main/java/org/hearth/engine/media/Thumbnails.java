package org.hearth.engine.media;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.MxcUri;
import org.jspecify.annotations.Nullable;

/// [Thumbnails](https://spec.matrix.org/v1.19/client-server-api/#thumbnails) of images that are not
/// encrypted, such as avatars. Made when asked for; a few are kept in memory.
public final class Thumbnails {
  /// An image of more pixels is not opened: it could be small on disk and huge in memory.
  private static final long MAX_PIXELS = 32_000_000;

  private static final long CACHED_BYTES = 16L << 20;
  private static final Set<String> TYPES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/bmp");

  /// @param contentType `image/png` or `image/jpeg`
  @SuppressWarnings("ArrayRecordComponent")
  public record Thumbnail(String contentType, byte[] bytes) {}

  /// The sizes that are made.
  public record Size(int width, int height, boolean crop) {
    private static final List<Size> SIZES =
        List.of(
            new Size(32, 32, true),
            new Size(96, 96, true),
            new Size(320, 240, false),
            new Size(640, 480, false),
            new Size(800, 600, false));

    /// The smallest that is at least as large as what is asked for, or the largest there is.
    static Size fitting(int width, int height, boolean crop) {
      for (var size : SIZES)
        if (size.crop == crop && size.width >= width && size.height >= height) return size;
      return crop ? new Size(96, 96, true) : SIZES.getLast();
    }
  }

  @FunctionalInterface
  interface Opening {
    InputStream open(MediaItem item) throws IOException;
  }

  private record Key(MxcUri uri, Size size) {}

  private final Cache<Key, Thumbnail> made =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_BYTES)
          .weigher((Key _, Thumbnail thumbnail) -> thumbnail.bytes().length)
          .build();

  /// Decoding takes memory; two at a time.
  private final Semaphore decoding = new Semaphore(2);

  Outcome<Thumbnail> of(MediaItem item, Size size, Opening opening) {
    var key = new Key(item.uri(), size);
    var cached = made.getIfPresent(key);
    if (cached != null) return Outcome.done(cached);
    var content = item.content();
    if (content == null) return cannot();
    var type = ContentDisposition.withoutParameters(content.contentType());
    if (!TYPES.contains(type)) return cannot();
    decoding.acquireUninterruptibly();
    try (var bytes = opening.open(item)) {
      var image = read(bytes);
      if (image == null) return cannot();
      var thumbnail = write(scale(image, size), type);
      made.put(key, thumbnail);
      return Outcome.done(thumbnail);
    } catch (IOException | RuntimeException e) {
      // Decoders throw all sorts of things on hostile images.
      return cannot();
    } finally {
      decoding.release();
    }
  }

  private static <T> Outcome<T> cannot() {
    return Outcome.refused(ErrorCode.M_UNKNOWN, "There is no thumbnail of this media.");
  }

  private static @Nullable BufferedImage read(InputStream bytes) throws IOException {
    try (var input = ImageIO.createImageInputStream(bytes)) {
      var readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) return null;
      var reader = readers.next();
      try {
        reader.setInput(input, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        return pixels > MAX_PIXELS ? null : reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage scale(BufferedImage image, Size size) {
    double x = (double) size.width / image.getWidth();
    double y = (double) size.height / image.getHeight();
    double factor = Math.min(1, size.crop ? Math.max(x, y) : Math.min(x, y));
    int width = Math.max(1, (int) Math.round(image.getWidth() * factor));
    int height = Math.max(1, (int) Math.round(image.getHeight() * factor));
    int cutWidth = size.crop ? Math.min(width, size.width) : width;
    int cutHeight = size.crop ? Math.min(height, size.height) : height;
    var scaled = new BufferedImage(cutWidth, cutHeight, type(image));
    var graphics = scaled.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.drawImage(
          image, (cutWidth - width) / 2, (cutHeight - height) / 2, width, height, null);
    } finally {
      graphics.dispose();
    }
    return scaled;
  }

  private static int type(BufferedImage image) {
    return image.getColorModel().hasAlpha()
        ? BufferedImage.TYPE_INT_ARGB
        : BufferedImage.TYPE_INT_RGB;
  }

  private static Thumbnail write(BufferedImage image, String contentType) throws IOException {
    boolean photograph = contentType.equals("image/jpeg") && !image.getColorModel().hasAlpha();
    var bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, photograph ? "jpg" : "png", bytes))
      throw new IOException("no writer for the image");
    return new Thumbnail(photograph ? "image/jpeg" : "image/png", bytes.toByteArray());
  }
}
