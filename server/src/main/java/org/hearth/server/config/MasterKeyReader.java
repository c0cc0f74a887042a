package org.hearth.server.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hearth.e2ee.sealing.RecoveryRecipient;
import org.hearth.server.config.Config.MasterKey;
import org.hearth.server.config.Config.MasterKeySource;

/// Reads `master_key`.
final class MasterKeyReader {
  private static final String VARIABLE = "the name of an environment variable";
  private static final Predicate<String> IS_VARIABLE =
      text -> text.matches("[A-Za-z_][A-Za-z0-9_]*");

  private MasterKeyReader() {}

  /// @param data the data directory, where the key is by default
  /// @param resolve makes a path of a text
  static MasterKey read(Section section, Path data, Function<String, Path> resolve) {
    try (section) {
      String path = section.text("path", ConfigReader.PATH, ConfigReader.ANY);
      if (section.has("previous_path") && section.has("previous_variable"))
        section.problem("previous_variable", "cannot stand beside previous_path");
      return new MasterKey(
          section.choice("source", MasterKeySource.FILE),
          path == null ? data.resolve("master.key") : resolve.apply(path),
          section.text("variable", "HEARTH_MASTER_KEY", VARIABLE, IS_VARIABLE),
          Optional.ofNullable(section.text("previous_path", ConfigReader.PATH, ConfigReader.ANY))
              .map(resolve),
          Optional.ofNullable(section.text("previous_variable", VARIABLE, IS_VARIABLE)),
          Optional.ofNullable(
              section.text(
                  "recovery_recipient",
                  "what `hearth keys new-recipient` printed",
                  MasterKeyReader::isRecipient)));
    }
  }

  private static boolean isRecipient(String text) {
    try {
      RecoveryRecipient.of(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
