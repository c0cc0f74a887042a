package org.hearth.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeys;

/// `root.keys` in the data directory: the [RootKeys], sealed under the master key. It belongs to
/// the database like one of its tables, and is not in it so that an old one can be destroyed: its
/// bytes are overwritten when it is replaced, which no database does.
final class RootKeyFile {
  static final String NAME = "root.keys";
  private static final String OLD = "root.keys.old";

  private final Path file;
  private final RootKeys keys;
  private boolean onDisk;

  private RootKeyFile(Path file, RootKeys keys, boolean onDisk) {
    this.file = file;
    this.keys = keys;
    this.onDisk = onDisk;
  }

  /// Opens the file with one of the master keys. If it was sealed under an earlier one only, it is
  /// sealed under the present one from then on.
  ///
  /// @param previous an earlier master key, which may still be needed
  /// @param fresh whether nothing was ever stored here
  static RootKeyFile open(
      Path directory,
      MasterKey master,
      Optional<MasterKey> previous,
      boolean fresh,
      SecureRandom random)
      throws StartFailure {
    var file = directory.resolve(NAME);
    var text = DataDirectory.read(file);
    try {
      if (text.isEmpty()) {
        var made = new RootKeyFile(file, RootKeys.derived(master), false);
        if (!fresh) return made;
        made.keys.become(RootKeys.random(random));
        made.replace(made.keys, List.of(master));
        return made;
      }
      var masters = previous.map(old -> List.of(master, old)).orElse(List.of(master));
      var opened =
          RootKeys.open(text.get(), masters)
              .orElseThrow(
                  () ->
                      new StartFailure(
                          "the master key does not belong to this data: "
                              + file
                              + " was sealed with another one. Bring that key back, or name it in"
                              + " master_key.previous_path"));
      var there = new RootKeyFile(file, opened.keys(), true);
      if (opened.by() != master) there.replace(there.keys, List.of(master));
      else there.destroyOld();
      return there;
    } catch (IllegalArgumentException e) {
      throw new StartFailure(file + " is damaged; bring it back from your backup", e);
    } catch (IOException e) {
      throw new StartFailure(file + " cannot be written: " + DataDirectory.reason(e), e);
    }
  }

  RootKeys keys() {
    return keys;
  }

  /// The keys have proved to be those of the database: writes the file if there is none yet.
  void proven(MasterKey master) throws StartFailure {
    try {
      if (!onDisk) replace(keys, List.of(master));
    } catch (IOException e) {
      throw new StartFailure(file + " cannot be written: " + DataDirectory.reason(e), e);
    }
  }

  /// Writes the file anew, durably, and overwrites the old one. After an exception either the old
  /// or the new one is there.
  ///
  /// @param masters each of them opens it
  void replace(RootKeys newKeys, List<MasterKey> masters) throws IOException {
    destroyOld();
    var old = file.resolveSibling(OLD);
    // A second name for the old bytes, so that a stop in between does not lose sight of them.
    if (Files.exists(file)) Files.createLink(old, file);
    DataDirectory.replaceSecret(file, newKeys.seal(masters));
    onDisk = true;
    destroyOld();
  }

  private void destroyOld() throws IOException {
    var old = file.resolveSibling(OLD);
    if (!Files.exists(old)) return;
    // Until the new file has its name, both names are of the file that is needed.
    if (!Files.isSameFile(old, file)) {
      try (var channel = FileChannel.open(old, StandardOpenOption.WRITE)) {
        var zeros = ByteBuffer.allocate((int) channel.size());
        while (zeros.hasRemaining()) channel.write(zeros);
        channel.force(true);
      }
    }
    Files.delete(old);
  }
}
