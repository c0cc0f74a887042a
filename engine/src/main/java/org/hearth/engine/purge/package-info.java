/// Taking rooms, old history and unused state out of storage, in bounded portions while the server
/// serves.
///
/// Start reading at [RoomPurges]; what a purge of history keeps is decided in [KeptHistory], and
/// which state nodes nothing reaches in [NodeSweep].
@NullMarked
package org.hearth.engine.purge;

import org.jspecify.annotations.NullMarked;
