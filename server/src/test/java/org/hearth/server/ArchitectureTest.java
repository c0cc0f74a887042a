package org.hearth.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The module and layer rules of ARCHITECTURE.md, held by a test.
class ArchitectureTest {
  private static final String[] INNER = {
    "org.hearth.schemas..", "org.hearth.ledger..", "org.hearth.e2ee..", "org.hearth.engine.."
  };

  private static JavaClasses hearth;

  @BeforeAll
  static void readClasses() {
    ImportOption production = (Location location) -> !location.contains("test-classes");
    hearth =
        new ClassFileImporter()
            .withImportOption(production)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.hearth");
  }

  @Test
  void dependenciesPointInwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.hearth..")
        .withOptionalLayers(true)
        .layer("schemas")
        .definedBy("org.hearth.schemas..")
        .layer("ledger")
        .definedBy("org.hearth.ledger..")
        .layer("e2ee")
        .definedBy("org.hearth.e2ee..")
        .layer("engine")
        .definedBy("org.hearth.engine..")
        .layer("storage")
        .definedBy("org.hearth.storage..")
        .layer("client-api")
        .definedBy("org.hearth.client..")
        .layer("federation")
        .definedBy("org.hearth.federation..")
        .layer("server")
        .definedBy("org.hearth.server..")
        .whereLayer("server")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("storage")
        .mayOnlyBeAccessedByLayers("server")
        .whereLayer("client-api")
        .mayOnlyBeAccessedByLayers("server")
        .whereLayer("federation")
        .mayOnlyBeAccessedByLayers("server")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("storage", "client-api", "federation", "server")
        .whereLayer("e2ee")
        .mayOnlyBeAccessedByLayers("engine", "storage", "client-api", "federation", "server")
        .whereLayer("ledger")
        .mayOnlyBeAccessedByLayers(
            "e2ee", "engine", "storage", "client-api", "federation", "server")
        .check(hearth);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("org.hearth.(*)..").should().beFreeOfCycles().check(hearth);
  }

  /// "SQL only in storage."
  @Test
  void databasesAreSpokenToInStorageOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.hearth.storage..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "java.sql..",
                "javax.sql..",
                "jakarta.persistence..",
                "org.hibernate..",
                "org.h2..",
                "org.postgresql..",
                "org.flywaydb..",
                "com.zaxxer.."))
        .check(hearth);
  }

  /// "HTTP codes exist only in client-api and federation": what is inside knows no HTTP at all.
  @Test
  void httpStaysAtTheFaces() {
    noClasses()
        .that()
        .resideInAnyPackage(INNER)
        .or()
        .resideInAPackage("org.hearth.storage..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx..", "io.netty..", "java.net.http..", "com.sun.net.."))
        .check(hearth);
  }

  /// "Time via `java.time.InstantSource`": a run can be replayed only if it is passed in.
  @Test
  void timeAndChanceArePassedIn() {
    noClasses()
        .that()
        .resideInAnyPackage(INNER)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .orShould()
        .callConstructor(Random.class)
        .check(hearth);
  }

  /// A virtual thread that blocks inside a monitor is hard to see and hard to replay; locks are
  /// `ReentrantLock`s.
  @Test
  void methodsAreNotSynchronized() {
    methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED).check(hearth);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.hearth.server..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(hearth);
  }
}
