package org.hearth.storage;

import java.util.List;

class H2KillTest extends KillContract {

  @Override
  DatabaseSettings settings() {
    return Databases.h2(directory.resolve("data"));
  }

  @Override
  List<String> arguments(DatabaseSettings settings) {
    return List.of("h2", ((DatabaseSettings.H2) settings.location()).directory().toString());
  }
}
