/// The content repository, as clients see it.
@NullMarked
package org.hearth.client.media;

import org.jspecify.annotations.NullMarked;
