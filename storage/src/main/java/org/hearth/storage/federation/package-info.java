/// Rows of federation: other servers' keys, and how far sending got.
@NullMarked
package org.hearth.storage.federation;

import org.jspecify.annotations.NullMarked;
