/// Placeholder.
@NullMarked
package org.hearth.bench;

import org.jspecify.annotations.NullMarked;
