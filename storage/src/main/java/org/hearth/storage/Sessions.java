package org.hearth.storage;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import org.hearth.storage.rows.Dialect;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;

/// Hibernate's sessions. Its model of the entities takes a third of a start and needs no database,
/// so it is made beside the rest of the start; the first read waits for what is left.
final class Sessions implements AutoCloseable {
  private final Future<SessionFactory> factory;

  private Sessions(Future<SessionFactory> factory) {
    this.factory = factory;
  }

  /// @param source read from with the first session only
  static Sessions of(DataSource source, Dialect dialect, List<Class<?>> entities) {
    var building = new FutureTask<>(() -> build(source, dialect, entities, "none"));
    Thread.ofPlatform().name("entities").daemon().start(building);
    return new Sessions(building);
  }

  /// Compares each entity with its table at once.
  ///
  /// Throws Hibernate's exception if they differ.
  static Sessions validated(DataSource source, Dialect dialect, List<Class<?>> entities) {
    var building = new FutureTask<>(() -> build(source, dialect, entities, "validate"));
    building.run();
    var sessions = new Sessions(building);
    sessions.factory();
    return sessions;
  }

  private static SessionFactory build(
      DataSource source, Dialect dialect, List<Class<?>> entities, String schema) {
    var registry =
        new StandardServiceRegistryBuilder()
            .applySetting("hibernate.connection.datasource", source)
            .applySetting("hibernate.dialect", dialect.hibernate())
            .applySetting("hibernate.boot.allow_jdbc_metadata_access", false)
            .applySetting("hibernate.hbm2ddl.auto", schema)
            .applySetting("hibernate.jdbc.fetch_size", 200)
            .build();
    try {
      var sources = new MetadataSources(registry);
      entities.forEach(sources::addAnnotatedClass);
      return sources.buildMetadata().buildSessionFactory();
    } catch (RuntimeException e) {
      StandardServiceRegistryBuilder.destroy(registry);
      throw e;
    }
  }

  StatelessSession open() {
    return factory().openStatelessSession();
  }

  private SessionFactory factory() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return factory.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    factory().close();
  }
}
