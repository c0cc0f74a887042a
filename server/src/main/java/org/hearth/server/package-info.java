/// Puts the parts together: command line, wiring, listeners, loops, metrics, start and stop. Start
/// reading at {@link org.hearth.server.Main}, then {@link org.hearth.server.Hearth}.
@NullMarked
package org.hearth.server;

import org.jspecify.annotations.NullMarked;
