package org.hearth.storage.copy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Count and hash of a table's rows, whatever order they come in: two databases sort differently.
///
/// The hash is the sum, modulo 2^256, of the SHA-256 of each row. It tells whether a copy is
/// faithful; against somebody who would forge rows stands what authenticates a backup.
public final class TableDigest {

  /// What is compared.
  ///
  /// @param bytes of all rows as [RowCodec] writes them
  /// @param hash 64 hexadecimal digits
  public record Total(long rows, long bytes, String hash) {}

  private static final int WORDS = 8;

  private final MessageDigest sha256 = sha256();
  private final int[] sum = new int[WORDS];
  private long rows;
  private long bytes;

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Takes a row, and answers its own hash.
  public byte[] add(byte[] row) {
    byte[] hash = sha256.digest(row);
    long carry = 0;
    for (int word = WORDS - 1; word >= 0; word--) {
      carry += (sum[word] & 0xFFFF_FFFFL) + (word(hash, word) & 0xFFFF_FFFFL);
      sum[word] = (int) carry;
      carry >>>= 32;
    }
    rows++;
    bytes += row.length;
    return hash;
  }

  private static int word(byte[] hash, int word) {
    int at = 4 * word;
    return (hash[at] & 0xFF) << 24
        | (hash[at + 1] & 0xFF) << 16
        | (hash[at + 2] & 0xFF) << 8
        | (hash[at + 3] & 0xFF);
  }

  public Total total() {
    var hex = new StringBuilder();
    for (int word : sum) hex.append(HexFormat.of().toHexDigits(word));
    return new Total(rows, bytes, hex.toString());
  }
}
