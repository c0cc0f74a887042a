/// Backups: whole states of a server, database and media at one position of its ledger, as sealed
/// chunks in a directory.
///
/// Start reading at [BackupCreation]; [BackupRepository] says what lies where.
@NullMarked
package org.hearth.storage.backup;

import org.jspecify.annotations.NullMarked;
