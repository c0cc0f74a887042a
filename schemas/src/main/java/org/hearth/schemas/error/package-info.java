/// How the protocol says no, without HTTP: [ErrorCode], [Refusal] and [Outcome]. The faces know the
/// status for each code.
@NullMarked
package org.hearth.schemas.error;

import org.jspecify.annotations.NullMarked;
