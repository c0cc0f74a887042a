/// Placeholder.
@NullMarked
package org.hearth.ledger;

import org.jspecify.annotations.NullMarked;
