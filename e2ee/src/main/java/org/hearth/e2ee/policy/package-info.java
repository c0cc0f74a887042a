/// What may be sent in clear: the pure decision [EncryptionPolicy] and the structure that
/// [ciphertext][Ciphertext] must have.
@NullMarked
package org.hearth.e2ee.policy;

import org.jspecify.annotations.NullMarked;
