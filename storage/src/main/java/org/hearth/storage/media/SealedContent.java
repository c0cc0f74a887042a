package org.hearth.storage.media;

import java.nio.charset.StandardCharsets;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.media.MediaItem;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// What is known of a file, sealed into one column.
record SealedContent(Sealing sealing) {

  /// What a local user uploaded goes with them.
  static KeyScope scope(MediaItem item) {
    return item.uploader() == null ? KeyScope.media() : KeyScope.media(item.uploader());
  }

  byte[] seal(KeyScope scope, MxcUri uri, MediaItem.Content content) {
    var json =
        Json.object()
            .put("type", content.contentType())
            .put("file", content.file().name())
            .put("length", content.file().length())
            .put("key", Base64Unpadded.encode(content.file().key()));
    if (content.fileName() != null) json.put("name", content.fileName());
    return sealing.seal(scope, place(uri), Json.write(json));
  }

  MediaItem.Content open(KeyScope scope, MxcUri uri, byte[] sealed) {
    try {
      var json = Json.parseObject(sealing.open(scope, place(uri), sealed));
      return new MediaItem.Content(
          json.path("type").asText(),
          json.path("name").textValue(),
          new MediaItem.SealedFile(
              json.path("file").asText(),
              json.path("length").asLong(),
              Base64Unpadded.decode(json.path("key").asText())));
    } catch (MalformedJson e) {
      throw new IllegalStateException("What is stored of " + uri + " does not parse", e);
    }
  }

  private static byte[] place(MxcUri uri) {
    return (uri + "|media").getBytes(StandardCharsets.UTF_8);
  }
}
