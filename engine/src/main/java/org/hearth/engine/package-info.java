/// What a server decides. Each subject is a package of its own; see the module's README.
@NullMarked
package org.hearth.engine;

import org.jspecify.annotations.NullMarked;
