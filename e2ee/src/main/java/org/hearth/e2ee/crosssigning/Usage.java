package org.hearth.e2ee.crosssigning;

/// What a cross-signing key is for.
public enum Usage {
  MASTER("master"),
  SELF_SIGNING("self_signing"),
  USER_SIGNING("user_signing");

  private final String wireName;

  Usage(String wireName) {
    this.wireName = wireName;
  }

  /// As in `usage` of the key's JSON.
  public String wireName() {
    return wireName;
  }
}
