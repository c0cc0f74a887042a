/// The one way to write durably.
///
/// A slice describes what shall become durable as [Change] records, puts those that belong together
/// into an [Entry] and appends it to the [Ledger]. The ledger gathers what all slices appended
/// meanwhile into one [Batch], numbers the changes with positions, has the batch written in one
/// transaction with one fsync, and only then runs the entries' effects and answers. Storage
/// implements [BatchWriter] and has rows for each kind of change.
@NullMarked
package org.hearth.ledger;

import org.jspecify.annotations.NullMarked;
