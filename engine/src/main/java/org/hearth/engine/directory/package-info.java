/// Finding rooms: [Aliases] and [PublicRooms].
@NullMarked
package org.hearth.engine.directory;

import org.jspecify.annotations.NullMarked;
