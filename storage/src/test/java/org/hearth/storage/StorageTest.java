package org.hearth.storage;

import java.nio.file.Path;
import java.util.List;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.engine.room.RoomEngine;
import org.hearth.ledger.BatchWriter;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.simulator.memory.MemoryDisk;
import org.hearth.storage.room.RoomStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Base of contract tests that hold on both databases. Write an abstract class with the tests and
/// nest the two databases in it:
///
/// ```java
/// abstract class DevicesContract extends StorageTest {
///   @Test void aRenamedDeviceHasItsNewName() {
///     write(new DeviceRenamed(ALICE, "PHONE", "my phone"));
///     assertThat(new StoredDevices(storage().database()).of(ALICE)).extracting(Device::name).containsExactly("my phone");
///   }
/// }
/// class H2DevicesTest extends DevicesContract implements OnH2 {}
/// class PostgresDevicesTest extends DevicesContract implements OnPostgres {}
/// ```
///
/// Each test has an empty database. Entities are checked against their tables when it opens.
public abstract class StorageTest {

  /// Runs the contract on H2.
  public interface OnH2 {}

  /// Runs the contract on PostgreSQL.
  public interface OnPostgres {}

  /// Runs the contract on the storage in memory that simulations use; only for contracts about what
  /// that has.
  public interface OnMemory {}

  @TempDir Path directory;
  private final MemoryDisk memory = new MemoryDisk();
  private StorageFixture fixture;
  private GroupCommitLedger ledger;

  @BeforeEach
  void openStorage() {
    if (!(this instanceof OnMemory)) {
      var settings = this instanceof OnH2 ? Databases.h2(directory) : Databases.postgres();
      fixture = new StorageFixture(settings, topics(), entities());
    }
    ledger = new GroupCommitLedger(writer(), GroupCommitLedger.Limits.DEFAULT);
  }

  @AfterEach
  void closeStorage() {
    if (fixture != null) fixture.close();
  }

  /// Topics beyond those of the program, for tests of the base itself.
  protected List<Topic> topics() {
    return List.of();
  }

  /// Entities beyond those of the program.
  protected List<Class<?>> entities() {
    return List.of();
  }

  protected final Storage storage() {
    return fixture.storage();
  }

  /// Those that the storage was opened with.
  protected final RootKeys rootKeys() {
    return StorageFixture.roots();
  }

  /// What rooms are read from.
  protected final RoomEngine.Stores roomStores() {
    return this instanceof OnMemory
        ? memory.rooms().stores()
        : RoomStores.on(storage().database(), storage().sealing());
  }

  /// What ledgers write with.
  protected final BatchWriter writer() {
    return this instanceof OnMemory ? memory : storage().writer();
  }

  final StorageFixture fixture() {
    return fixture;
  }

  /// A ledger on this storage; call `step()` to write what was appended.
  protected final GroupCommitLedger ledger() {
    return ledger;
  }

  /// Writes the changes in one entry, durably. Throws the [LedgerException] if they are refused.
  protected final long write(Change... changes) {
    var done = ledger.append(Entry.of(Lane.INTERACTIVE, List.of(changes)));
    ledger.step();
    try {
      return done.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof LedgerException why) throw why;
      throw e;
    }
  }

  /// What the database takes on the disk.
  protected final long databaseBytes() {
    if (this instanceof OnH2) {
      try (var files = java.nio.file.Files.walk(directory)) {
        return files
            .filter(java.nio.file.Files::isRegularFile)
            .mapToLong(file -> file.toFile().length())
            .sum();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery("SELECT pg_database_size(current_database())")) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  /// Stops and starts storage on the same data.
  protected final void reopen() {
    if (this instanceof OnMemory) memory.crash(false);
    else fixture.reopened();
    ledger = new GroupCommitLedger(writer(), GroupCommitLedger.Limits.DEFAULT);
  }
}
