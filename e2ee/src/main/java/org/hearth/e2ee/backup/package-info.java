/// [Server-side key
/// backups](https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups):
/// [versions][BackupVersions] and the [keys][KeyBackups] in them.
@NullMarked
package org.hearth.e2ee.backup;

import org.jspecify.annotations.NullMarked;
