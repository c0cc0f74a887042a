package org.hearth.engine.federation;

import java.io.InputStream;
import java.util.Optional;

/// Media on its way. Whoever takes it closes the stream.
///
/// @param contentType `application/octet-stream` if nobody said
/// @param contentDisposition as it goes into the header
/// @param length in bytes; -1 if it is not known beforehand
/// @param bytes throws an `IOException` when the source breaks off or is longer than allowed
public record MediaContent(
    String contentType, Optional<String> contentDisposition, long length, InputStream bytes) {}
