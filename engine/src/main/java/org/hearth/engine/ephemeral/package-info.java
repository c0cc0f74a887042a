/// What goes to other servers without being kept: [EphemeralSender].
@NullMarked
package org.hearth.engine.ephemeral;

import org.jspecify.annotations.NullMarked;
