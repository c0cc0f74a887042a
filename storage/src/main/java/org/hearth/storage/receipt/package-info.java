/// Receipts.
@NullMarked
package org.hearth.storage.receipt;

import org.jspecify.annotations.NullMarked;
