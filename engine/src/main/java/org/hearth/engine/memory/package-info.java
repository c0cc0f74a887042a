/// What caches may hold: one budget in bytes, divided over all of them. Start at [MemoryBudget].
@NullMarked
package org.hearth.engine.memory;

import org.jspecify.annotations.NullMarked;
