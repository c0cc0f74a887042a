/// Placeholder.
@NullMarked
package org.hearth.storage;

import org.jspecify.annotations.NullMarked;
