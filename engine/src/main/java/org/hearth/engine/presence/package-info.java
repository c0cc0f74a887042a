/// Who is [online](https://spec.matrix.org/v1.19/client-server-api/#presence): [Presence].
@NullMarked
package org.hearth.engine.presence;

import org.jspecify.annotations.NullMarked;
