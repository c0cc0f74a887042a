/// [Typing notifications](https://spec.matrix.org/v1.19/client-server-api/#typing-notifications),
/// in memory only.
@NullMarked
package org.hearth.engine.typing;

import org.jspecify.annotations.NullMarked;
