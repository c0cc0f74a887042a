package org.hearth.e2ee.sealing;

/// A scope's key of one epoch, as stored.
///
/// @param epoch 1, 2, ... within the scope
/// @param wrapping which of the [RootKeys] wraps it
/// @param wrapped nonce and ciphertext under that key
public record WrappedKey(KeyScope scope, int epoch, long createdMs, int wrapping, byte[] wrapped) {}
