/// Whole tables as rows that do not depend on the database they are in: for copies from one
/// database to another, for backups, and for comparing.
///
/// Start reading at [DatabaseCopy]; [org.hearth.storage.backup] shares the rest.
@NullMarked
package org.hearth.storage.copy;

import org.jspecify.annotations.NullMarked;
