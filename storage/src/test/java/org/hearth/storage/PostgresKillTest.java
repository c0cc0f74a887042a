package org.hearth.storage;

import java.util.List;

class PostgresKillTest extends KillContract {

  @Override
  DatabaseSettings settings() {
    return Databases.postgres();
  }

  @Override
  List<String> arguments(DatabaseSettings settings) {
    return List.of("postgres", ((DatabaseSettings.PostgreSql) settings.location()).url());
  }
}
