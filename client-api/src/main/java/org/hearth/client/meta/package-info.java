/// What this server is and can do.
@NullMarked
package org.hearth.client.meta;

import org.jspecify.annotations.NullMarked;
