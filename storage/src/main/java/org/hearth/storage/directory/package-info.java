/// Aliases and the room directory.
@NullMarked
package org.hearth.storage.directory;

import org.jspecify.annotations.NullMarked;
