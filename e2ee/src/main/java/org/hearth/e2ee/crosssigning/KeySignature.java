package org.hearth.e2ee.crosssigning;

import org.hearth.schemas.id.UserId;

/// A signature that was uploaded apart from what it signs.
///
/// @param signer whose key made it
/// @param signerKeyId for example `ed25519:<device ID or public key>`
/// @param target whose key it signs
/// @param item the device ID, or the public key of the master key, that it signs
/// @param signature unpadded Base64
public record KeySignature(
    UserId signer, String signerKeyId, UserId target, String item, String signature) {}
