/// Placeholder.
@NullMarked
package org.hearth.schemas;

import org.jspecify.annotations.NullMarked;
