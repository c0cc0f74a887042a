package org.hearth.storage.backup;

import java.util.List;
import java.util.Map;
import org.hearth.storage.copy.TableDigest;
import org.hearth.storage.copy.TableShape;

/// What one backup consists of. Lies sealed beside the chunks, so that nobody can change it.
///
/// @param format of this record and of everything it names
/// @param id names the backup: when it was made, and something random
/// @param createdMs when
/// @param serverName whose it is
/// @param program the version that made it
/// @param batch the last batch of the ledger that it has
/// @param position the last position of the ledger that it has
/// @param migrations the schema's versions
/// @param media every file that a row names
/// @param missing files that rows name and that were not there
/// @param secrets small files of the data directory, by name: the chunk of each
public record BackupManifest(
    int format,
    String id,
    long createdMs,
    String serverName,
    String program,
    long batch,
    long position,
    List<String> migrations,
    List<Table> tables,
    List<MediaFile> media,
    List<String> missing,
    Map<String, String> secrets) {

  static final int FORMAT = 1;

  /// @param total what its rows must come to
  public record Table(TableShape shape, TableDigest.Total total, List<TableChunk> chunks) {}

  /// @param rows how many it holds
  public record TableChunk(String name, int rows) {}

  /// A file as it lies in the media directory: sealed already.
  public record MediaFile(String file, long size, String sha256, List<String> chunks) {}

  /// Of all files.
  public long mediaBytes() {
    return media.stream().mapToLong(MediaFile::size).sum();
  }

  /// Of all tables.
  public long rows() {
    return tables.stream().mapToLong(table -> table.total().rows()).sum();
  }
}
