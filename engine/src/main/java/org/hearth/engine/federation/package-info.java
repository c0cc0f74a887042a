/// What federation keeps durably and asks of storage: other servers' keys, how far each destination
/// has been served, what waits for it, and which transactions were received. Changes go through the
/// ledger; the `...Store` interfaces read.
@NullMarked
package org.hearth.engine.federation;

import org.jspecify.annotations.NullMarked;
