/// What does not stay: events that destroy themselves
/// ([MSC2228](https://github.com/matrix-org/matrix-spec-proposals/pull/2228)), events that are
/// older than a room or this server keeps them
/// ([MSC1763](https://github.com/matrix-org/matrix-spec-proposals/pull/1763)), and old media.
///
/// What is due is not shown any more at once; steps behind the ledger then remove it from the disk.
@NullMarked
package org.hearth.engine.expiry;

import org.jspecify.annotations.NullMarked;
