/// What Matrix says, as values and pure functions: nothing here knows a network, a clock or a disk.
///
/// Start at `event` (a parsed event and what may be done to it) and `room` (what differs between
/// room versions).
@NullMarked
package org.hearth.schemas;

import org.jspecify.annotations.NullMarked;
