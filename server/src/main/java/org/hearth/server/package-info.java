/// Placeholder.
@NullMarked
package org.hearth.server;

import org.jspecify.annotations.NullMarked;
