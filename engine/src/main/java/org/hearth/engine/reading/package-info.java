/// What users may read of rooms: [RoomReading].
@NullMarked
package org.hearth.engine.reading;

import org.jspecify.annotations.NullMarked;
