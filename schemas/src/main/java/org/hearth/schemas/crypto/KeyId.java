package org.hearth.schemas.crypto;

/// The grammar of `ed25519:version`.
final class KeyId {
  static final String ALGORITHM = "ed25519:";

  private KeyId() {}

  static String requireEd25519(String id) {
    boolean good = id.startsWith(ALGORITHM) && id.length() > ALGORITHM.length();
    if (good && id.length() <= 255) return id;
    throw new IllegalArgumentException("A key ID must look like ed25519:version");
  }
}
