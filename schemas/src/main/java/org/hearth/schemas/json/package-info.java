/// The one way JSON is read and written, and its [canonical
/// form](https://spec.matrix.org/v1.19/appendices/#canonical-json).
@NullMarked
package org.hearth.schemas.json;

import org.jspecify.annotations.NullMarked;
