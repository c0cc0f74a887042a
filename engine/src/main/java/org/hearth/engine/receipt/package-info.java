/// [Receipts](https://spec.matrix.org/v1.19/client-server-api/#receipts): how far people have read.
@NullMarked
package org.hearth.engine.receipt;

import org.jspecify.annotations.NullMarked;
