/// How changes become rows: tables, the writes on them, and batches of writes in an order that JDBC
/// can execute in groups.
///
/// Start reading at [ChangeRows] and [RowSink].
@NullMarked
package org.hearth.storage.rows;

import org.jspecify.annotations.NullMarked;
