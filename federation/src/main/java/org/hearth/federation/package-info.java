/// Placeholder.
@NullMarked
package org.hearth.federation;

import org.jspecify.annotations.NullMarked;
