/// Placeholder.
@NullMarked
package org.hearth.e2ee;

import org.jspecify.annotations.NullMarked;
