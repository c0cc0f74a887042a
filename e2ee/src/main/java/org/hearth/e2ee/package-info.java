/// End-to-end encryption as far as a server takes part in it: it keeps public keys, hands them out,
/// carries ciphertext, and refuses what is not ciphertext. What the topics share stands here: the
/// ports [SharedRooms] and [LocalDevices], and [UserLocks].
@NullMarked
package org.hearth.e2ee;

import org.jspecify.annotations.NullMarked;
