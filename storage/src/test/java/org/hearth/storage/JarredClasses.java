package org.hearth.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/// Puts the directories of a class path into jars, since the JDK caches classes of jars only.
final class JarredClasses {
  private JarredClasses() {}

  /// The class path with jars in this directory instead of directories.
  static String of(String classPath, Path into) throws IOException {
    var entries = new ArrayList<String>();
    for (var entry : classPath.split(File.pathSeparator, -1)) {
      var place = Path.of(entry);
      if (!Files.isDirectory(place)) {
        if (Files.exists(place)) entries.add(entry);
        continue;
      }
      var jar = into.resolve("classes-" + entries.size() + ".jar");
      pack(place, jar);
      entries.add(jar.toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void pack(Path directory, Path jar) throws IOException {
    List<Path> files;
    try (var found = Files.walk(directory)) {
      files = found.sorted().toList();
    }
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      // Directories too: whoever looks for resources asks for them.
      for (var file : files) {
        var name = directory.relativize(file).toString().replace(File.separatorChar, '/');
        if (name.isEmpty()) continue;
        boolean nested = Files.isDirectory(file);
        out.putNextEntry(new JarEntry(nested ? name + "/" : name));
        if (!nested) Files.copy(file, out);
        out.closeEntry();
      }
    }
  }
}
