/// The [content repository](https://spec.matrix.org/v1.19/client-server-api/#content-repository):
/// files that people share, sealed on disk.
@NullMarked
package org.hearth.engine.media;

import org.jspecify.annotations.NullMarked;
