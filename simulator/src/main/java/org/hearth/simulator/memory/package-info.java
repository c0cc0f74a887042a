/// What storage does, in memory: for simulations and for the contract tests of storage, never for a
/// server.
///
/// [MemoryDisk] takes the ledger's batches and loses in a crash what was not durable; [MemoryRooms]
/// reads what is committed, as the databases do.
@NullMarked
package org.hearth.simulator.memory;

import org.jspecify.annotations.NullMarked;
