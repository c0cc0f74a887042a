/// Making rooms: [RoomCreation] turns a request into the events that a new room starts with.
@NullMarked
package org.hearth.engine.creation;

import org.jspecify.annotations.NullMarked;
