package org.hearth.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RecoveryRecipient;

/// `master.key.recovery` in the data directory: the master key, sealed for the recovery recipient
/// of the configuration; while it is rotated, two of them. Without a recipient there is no such
/// file.
///
/// A line is: the master key's fingerprint, the recipient's, and the copy.
///
/// @param recipient the public key, as text
record RecoveryCopy(Path directory, Optional<String> recipient) {
  private static final String NAME = "master.key.recovery";

  Path file() {
    return directory.resolve(NAME);
  }

  /// Makes sure that the file is for this key and this recipient.
  void keepUp(MasterKey master) throws IOException {
    if (recipient.isEmpty()) return;
    var begin = master.fingerprint() + " " + fingerprint(recipient.get()) + " ";
    if (Files.exists(file())) {
      var lines = Files.readAllLines(file());
      if (lines.size() == 1 && lines.getFirst().startsWith(begin)) return;
    }
    write(List.of(master));
  }

  void write(List<MasterKey> masters) throws IOException {
    if (recipient.isEmpty()) return;
    var to = RecoveryRecipient.of(recipient.get());
    var text = new StringBuilder();
    for (var master : masters)
      text.append(master.fingerprint())
          .append(' ')
          .append(fingerprint(recipient.get()))
          .append(' ')
          .append(to.wrap(master))
          .append('\n');
    DataDirectory.replaceSecret(file(), text.toString());
  }

  /// The master keys in such a file. Throws [org.hearth.e2ee.sealing.CannotOpen] if it was made for
  /// another recipient.
  static List<MasterKey> open(Path file, String secret) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank())
        .map(line -> RecoveryRecipient.unwrap(secret, line.substring(line.lastIndexOf(' ') + 1)))
        .toList();
  }

  private static String fingerprint(String recipient) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest(recipient.strip().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
