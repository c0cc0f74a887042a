package org.hearth.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.hearth.engine.account.Secrets;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;
import org.hearth.server.config.Config;
import org.hearth.storage.Database;
import org.hearth.storage.Storage;

/// What nearly every part is made of.
///
/// @param background gives each task a virtual thread of its own
/// @param budget of all caches
record Basics(
    Config config,
    Keys keys,
    StorageParts storageParts,
    Vertx vertx,
    MeterRegistry metrics,
    InstantSource clock,
    SecureRandom random,
    ExecutorService background,
    MemoryBudget budget) {

  ServerName serverName() {
    return new ServerName(config.serverName());
  }

  Ledger ledger() {
    return storageParts.ledger();
  }

  Storage storage() {
    return storageParts.storage();
  }

  Database database() {
    return storage().database();
  }

  Secrets secrets() {
    return new Secrets(random);
  }
}
