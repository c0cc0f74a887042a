/// Rooms as rows: [RoomTopic] writes what rooms append, [StoredRooms] and its neighbours read it.
@NullMarked
package org.hearth.storage.room;

import org.jspecify.annotations.NullMarked;
