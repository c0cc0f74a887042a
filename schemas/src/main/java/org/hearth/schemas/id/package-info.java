/// [Identifiers](https://spec.matrix.org/v1.19/appendices/#identifier-grammar): values that exist
/// only if they are well formed.
@NullMarked
package org.hearth.schemas.id;

import org.jspecify.annotations.NullMarked;
