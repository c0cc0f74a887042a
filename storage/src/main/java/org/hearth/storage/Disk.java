package org.hearth.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/// How the files of embedded H2 and its journal are opened. There is one; tests have another that
/// fails when they want.
public interface Disk {

  Disk REAL =
      new Disk() {
        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
          return FileChannel.open(file, options);
        }

        @Override
        public String layer() {
          return "async:";
        }
      };

  FileChannel open(Path file, OpenOption... options) throws IOException;

  /// What H2 puts before the path of its file. `async:` because with the plain file layer one
  /// interrupted thread closes the file for all connections.
  String layer();
}
