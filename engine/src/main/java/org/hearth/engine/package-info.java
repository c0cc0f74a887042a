/// Placeholder.
@NullMarked
package org.hearth.engine;

import org.jspecify.annotations.NullMarked;
