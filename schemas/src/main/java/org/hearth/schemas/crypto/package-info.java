/// Ed25519, SHA-256, unpadded Base64 and [signed
/// JSON](https://spec.matrix.org/v1.19/appendices/#signing-json).
@NullMarked
package org.hearth.schemas.crypto;

import org.jspecify.annotations.NullMarked;
