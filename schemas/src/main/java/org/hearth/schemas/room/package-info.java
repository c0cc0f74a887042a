/// [Room versions](https://spec.matrix.org/v1.19/rooms/) as a record of named differences.
@NullMarked
package org.hearth.schemas.room;

import org.jspecify.annotations.NullMarked;
