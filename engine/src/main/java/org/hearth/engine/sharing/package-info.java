/// Who shares rooms with whom: what end-to-end encryption asks of rooms.
@NullMarked
package org.hearth.engine.sharing;

import org.jspecify.annotations.NullMarked;
