/// Who was present, and what users wrote about it.
@NullMarked
package org.hearth.storage.presence;

import org.jspecify.annotations.NullMarked;
