/// Storage on embedded H2 and on PostgreSQL: opening, reading, and the ledger's writer.
///
/// Start reading at [Storage] (what opens in which order) and [LedgerWriter] (how a batch becomes
/// durable). Topics have their own packages below this one.
@NullMarked
package org.hearth.storage;

import org.jspecify.annotations.NullMarked;
