/// What a person wrote is sealed before it touches the disk.
///
/// Master key, derived key-encryption key, one epoch key per [KeyScope] and period, payload. Start
/// reading at [Sealing].
@NullMarked
package org.hearth.e2ee.sealing;

import org.jspecify.annotations.NullMarked;
