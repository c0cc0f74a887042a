/// Whether what is stored of a room is what the rules make of its events, and why its state is as
/// it is. Everything is computed anew from the rows; nothing of the rooms' own code or caches is
/// believed.
///
/// Start reading at [RoomVerification] and [StateExplanation].
@NullMarked
package org.hearth.engine.verify;

import org.jspecify.annotations.NullMarked;
