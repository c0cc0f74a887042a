package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.storage.backup.BackupCreation;
import org.junit.jupiter.api.Test;

/// "Contract tests of every repository": whoever implements a port of engine or e2ee here is named
/// by a contract ([ContractOf]) that runs on both databases.
class RepositoriesTest {

  @Test
  void everyRepositoryHasAContractOnBothDatabases() throws Exception {
    var repositories = new TreeSet<String>();
    for (var type : classes(Storage.class))
      if (!type.isInterface() && implementsAPort(type)) repositories.add(type.getName());
    var covered = new TreeMap<String, String>();
    var tests = classes(StorageTest.class);
    for (var contract : tests) {
      var names = contract.getAnnotation(ContractOf.class);
      if (names == null) continue;
      assertThat(runsOn(contract, StorageTest.OnH2.class, tests)).as(contract.getName()).isTrue();
      assertThat(runsOn(contract, StorageTest.OnPostgres.class, tests))
          .as(contract.getName())
          .isTrue();
      for (var one : names.value()) covered.put(one.getName(), contract.getName());
    }
    assertThat(repositories).hasSizeGreaterThan(15);
    assertThat(covered.keySet()).containsAll(repositories);
  }

  /// A port is an interface of an inner module that storage implements for reading and writing.
  private static boolean implementsAPort(Class<?> type) {
    return !BackupCreation.Holding.Release.class.isAssignableFrom(type)
        && !type.isAnonymousClass()
        && !type.isRecord()
        && type.getSimpleName().startsWith("Stored")
        && Arrays.stream(type.getInterfaces())
            .anyMatch(
                port ->
                    port.getName().startsWith("org.hearth.engine.")
                        || port.getName().startsWith("org.hearth.e2ee."));
  }

  private static boolean runsOn(Class<?> contract, Class<?> database, List<Class<?>> tests) {
    return tests.stream()
        .anyMatch(
            test ->
                contract.isAssignableFrom(test)
                    && database.isAssignableFrom(test)
                    && !Modifier.isAbstract(test.getModifiers()));
  }

  /// All classes beside this one, and below.
  private static List<Class<?>> classes(Class<?> beside) throws Exception {
    var root = Path.of(beside.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .filter(name -> name.startsWith("org.hearth.storage."))
          .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, RepositoriesTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
