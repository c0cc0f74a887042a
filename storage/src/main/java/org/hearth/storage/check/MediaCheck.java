package org.hearth.storage.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.hearth.storage.check.DatabaseCheck.Finding;

/// Every file that a row names is there, and every file has a row.
final class MediaCheck {
  private static final int NAME = 32;

  private MediaCheck() {}

  static List<Finding> run(Connection connection, Path media) throws SQLException {
    var there = new TreeSet<String>();
    if (Files.isDirectory(media)) {
      try (var files = Files.walk(media)) {
        files
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .forEach(there::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    var lost = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT file, uri FROM media WHERE file IS NOT NULL")) {
      var named = new TreeSet<String>();
      while (row.next()) {
        named.add(row.getString(1));
        if (!there.contains(row.getString(1))) lost.add(row.getString(2));
      }
      // A file is written before its row; one that was just written is no orphan.
      there.removeIf(file -> file.length() != NAME || named.contains(file));
    }
    var findings = new ArrayList<Finding>();
    if (!lost.isEmpty())
      findings.add(new Finding("media whose file is gone", true, lost.size(), first(lost)));
    if (!there.isEmpty())
      findings.add(
          new Finding(
              "media files that no row names", false, there.size(), first(List.copyOf(there))));
    return findings;
  }

  private static List<String> first(List<String> all) {
    return List.copyOf(all.subList(0, Math.min(5, all.size())));
  }
}
