package org.hearth.ledger;

/// A change with the position that the ledger gave it.
///
/// @param position unique over all changes of this server, growing in commit order; never reused,
///   with gaps where a batch failed
public record Positioned<C extends Change>(long position, C change) {}
