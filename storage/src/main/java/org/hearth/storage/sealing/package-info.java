/// The keys that seal payloads, as rows.
@NullMarked
package org.hearth.storage.sealing;

import org.jspecify.annotations.NullMarked;
