/// Rooms: DAGs of signed events, what they mean, and who may see them.
///
/// Writing starts at [RoomAppends] (one local event's way) and [InboundRooms] (other servers'
/// events). Reading starts at [Rooms] (a room as of one position) and [Timeline] (its events in
/// order). [RemoteRooms] is what the engine asks of other servers. Everything read through these is
/// committed; only a room's own writer sees what is not yet durable.
@NullMarked
package org.hearth.engine.room;

import org.jspecify.annotations.NullMarked;
