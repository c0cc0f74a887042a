/// Finding people to talk to.
@NullMarked
package org.hearth.engine.userdirectory;

import org.jspecify.annotations.NullMarked;
