package org.hearth.e2ee.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// The backed up key of a Megolm session.
///
/// @param sessionData encrypted by the client
public record BackupKey(
    long firstMessageIndex, long forwardedCount, boolean isVerified, ObjectNode sessionData) {

  Rank rank() {
    return new Rank(firstMessageIndex, forwardedCount, isVerified);
  }

  /// What decides which of two keys is kept.
  public record Rank(long firstMessageIndex, long forwardedCount, boolean isVerified) {

    /// "if the keys have different values for `is_verified`, then it will keep the key that has
    /// `is_verified` set to `true`; if they have the same values for `is_verified`, then it will
    /// keep the key with a lower `first_message_index`; and finally, [...] the key with a lower
    /// `forwarded_count`."
    boolean replaces(Rank other) {
      if (isVerified != other.isVerified) return isVerified;
      if (firstMessageIndex != other.firstMessageIndex)
        return firstMessageIndex < other.firstMessageIndex;
      return forwardedCount < other.forwardedCount;
    }
  }
}
