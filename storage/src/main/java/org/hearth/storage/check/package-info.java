/// Whether a database is what it should be: its schema, what rows say of each other, and whether
/// everything sealed can be opened.
///
/// Start reading at [DatabaseCheck].
@NullMarked
package org.hearth.storage.check;

import org.jspecify.annotations.NullMarked;
