package org.hearth.storage.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.RowChunk;
import org.hearth.storage.copy.TableDigest;

/// Reads a whole backup, and compares it with what its manifest says.
public final class BackupVerification {

  /// @param problems sentences; empty if the backup can be restored as it was made
  public record Report(BackupManifest manifest, long chunks, List<String> problems) {}

  private BackupVerification() {}

  /// Looks at every chunk.
  public static Report run(
      BackupRepository repository, BackupManifest manifest, Progress progress) {
    var problems = new ArrayList<String>();
    long chunks = 0;
    long done = 0;
    for (var table : manifest.tables()) {
      progress.at("reading " + table.shape().name(), done, manifest.rows());
      table(repository, table, problems);
      chunks += table.chunks().size();
      done += table.total().rows();
    }
    long bytes = 0;
    for (var file : manifest.media()) {
      progress.at("reading media", bytes, manifest.mediaBytes());
      media(repository, file, problems);
      chunks += file.chunks().size();
      bytes += file.size();
    }
    for (var secret : manifest.secrets().entrySet()) {
      chunks++;
      try {
        repository.get(secret.getValue());
      } catch (IOException e) {
        problems.add(secret.getKey() + ": " + reason(e));
      }
    }
    for (var file : manifest.missing())
      problems.add("The media file " + file + " was not there when the backup was made.");
    return new Report(manifest, chunks, List.copyOf(problems));
  }

  private static void table(
      BackupRepository repository, BackupManifest.Table table, List<String> problems) {
    var name = table.shape().name();
    var digest = new TableDigest();
    try {
      for (var chunk : table.chunks())
        for (byte[] row : new RowChunk(repository.get(chunk.name()), chunk.rows()).rows())
          digest.add(row);
    } catch (IOException | RuntimeException e) {
      problems.add("Table " + name + ": " + reason(e));
      return;
    }
    if (!digest.total().equals(table.total()))
      problems.add(
          "Table %s has %d rows with hash %s, but should have %d with %s."
              .formatted(
                  name,
                  digest.total().rows(),
                  digest.total().hash(),
                  table.total().rows(),
                  table.total().hash()));
  }

  private static void media(
      BackupRepository repository, BackupManifest.MediaFile file, List<String> problems) {
    var sha256 = BackupCreation.sha256();
    try {
      for (var chunk : file.chunks()) sha256.update(repository.get(chunk));
    } catch (IOException e) {
      problems.add("Media file " + file.file() + ": " + reason(e));
      return;
    }
    if (!HexFormat.of().formatHex(sha256.digest()).equals(file.sha256()))
      problems.add("Media file " + file.file() + " is not what it was.");
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
