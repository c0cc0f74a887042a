/// [State resolution](https://spec.matrix.org/v1.19/rooms/v12/#state-resolution) in its three
/// versions, as pure functions on states and the graph of `auth_events`. Start at
/// `StateResolution`; each definition of the specification is a class.
@NullMarked
package org.hearth.engine.resolution;

import org.jspecify.annotations.NullMarked;
