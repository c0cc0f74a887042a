package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.ledger.Change;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Fatal;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// "A change that no topic knows is refused": so each kind that a slice declares has its rows.
class ChangesTest {
  @TempDir Path directory;

  @Test
  void everyKindOfChangeIsStored() {
    try (Storage storage =
        Storage.open(
            DatabaseSettings.of(new DatabaseSettings.H2(directory)),
            RootKeys.random(new SecureRandom()),
            InstantSource.system(),
            Fatal.halting(),
            StorageMetrics.NONE)) {
      assertThat(changes()).isNotEmpty().allMatch(storage.writer()::covers);
    }
  }

  private static List<Class<? extends Change>> changes() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.hearth.e2ee", "org.hearth.engine")
            .stream()
            .filter(one -> one.isAssignableTo(Change.class) && !one.isInterface())
            .<Class<? extends Change>>map(ChangesTest::reflected)
            .toList();
  }

  private static Class<? extends Change> reflected(JavaClass found) {
    return found.reflect().asSubclass(Change.class);
  }
}
