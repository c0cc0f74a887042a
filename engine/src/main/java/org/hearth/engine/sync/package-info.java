/// What is new for a device since it last asked: [Sync].
@NullMarked
package org.hearth.engine.sync;

import org.jspecify.annotations.NullMarked;
