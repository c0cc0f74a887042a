/// Several servers' room engines in one process, on a fake clock and a network that loses things,
/// with a seed that replays a run exactly. Start reading at [Simulation].
@NullMarked
package org.hearth.simulator;

import org.jspecify.annotations.NullMarked;
