/// Push: the rules that say what is worth a notification, and the pushers that take them.
@NullMarked
package org.hearth.engine.push;

import org.jspecify.annotations.NullMarked;
