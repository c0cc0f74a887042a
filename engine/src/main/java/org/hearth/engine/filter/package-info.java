/// [Filtering](https://spec.matrix.org/v1.19/client-server-api/#filtering): which events a client
/// wants.
@NullMarked
package org.hearth.engine.filter;

import org.jspecify.annotations.NullMarked;
