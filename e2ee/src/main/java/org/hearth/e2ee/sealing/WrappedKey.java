package org.hearth.e2ee.sealing;

/// A scope's key of one epoch, as stored.
///
/// @param epoch 1, 2, ... within the scope
/// @param wrapped nonce and ciphertext under the key-encryption key
public record WrappedKey(KeyScope scope, int epoch, long createdMs, byte[] wrapped) {}
