/// The journal that makes batches on embedded H2 durable: sealed records of row writes, forced to
/// the disk before H2 commits.
///
/// H2 itself is forced only every other second; at start the records that its file does not have
/// yet are executed again.
@NullMarked
package org.hearth.storage.journal;

import org.jspecify.annotations.NullMarked;
