package org.hearth.server;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.account.AccountSettings;
import org.hearth.engine.account.AccountStore;
import org.hearth.engine.account.Accounts;
import org.hearth.engine.account.DeviceListener;
import org.hearth.engine.account.Devices;
import org.hearth.engine.account.InteractiveAuth;
import org.hearth.engine.account.Logins;
import org.hearth.engine.account.OpenIdTokens;
import org.hearth.engine.account.Passwords;
import org.hearth.engine.account.Registrations;
import org.hearth.engine.account.Sessions;
import org.hearth.engine.account.SharedSecretRegistrations;
import org.hearth.server.config.Config;

/// Accounts, devices, and the ways to log in.
final class AccountParts implements AutoCloseable {

  /// More password checks than these wait nowhere; they are refused.
  private static final int WAITING_PASSWORDS = 64;

  private final ThreadPoolExecutor passwordThreads;
  private final AccountStore store;
  private final AccountSettings settings;
  private final Sessions sessions;
  private final Devices devices;
  private final InteractiveAuth auth;
  private final Registrations registrations;
  private final Logins logins;
  private final Accounts accounts;
  private final SharedSecretRegistrations sharedSecret;
  private final OpenIdTokens openIdTokens;

  AccountParts(
      Basics basics,
      AccountStore store,
      List<DeviceListener> deviceListeners,
      Accounts.Departure departure) {
    var ledger = basics.ledger();
    var secrets = basics.secrets();
    var clock = basics.clock();
    this.store = store;
    this.settings = settings(basics);
    this.passwordThreads = passwordThreads();
    var passwords =
        new Passwords(parameters(basics.config().passwordHashing()), passwordThreads, secrets);
    this.sessions = new Sessions(store, ledger, settings, secrets, clock, basics.budget());
    this.devices = new Devices(store, ledger, deviceListeners);
    this.auth = new InteractiveAuth(store, passwords, settings, secrets, clock);
    this.registrations =
        new Registrations(store, ledger, sessions, passwords, auth, settings, secrets, clock);
    this.logins = new Logins(store, sessions, passwords, settings, secrets, clock);
    this.accounts = new Accounts(store, ledger, devices, passwords, registrations, departure);
    this.sharedSecret =
        new SharedSecretRegistrations(
            registrations, Optional.of(basics.keys().sharedSecret()), secrets, clock);
    this.openIdTokens = new OpenIdTokens(store, ledger, secrets, clock);
  }

  private static AccountSettings settings(Basics basics) {
    Config.Registration registration = basics.config().registration();
    AccountSettings usual = AccountSettings.open(basics.serverName());
    return new AccountSettings(
        basics.serverName(),
        AccountSettings.Registration.valueOf(registration.mode().name()),
        Set.copyOf(registration.tokens()),
        usual.accessTokenLifetime(),
        usual.refreshTokenLifetime(),
        usual.passwordLengthMin());
  }

  private static Passwords.Parameters parameters(Config.PasswordHashing hashing) {
    return new Passwords.Parameters(
        hashing.memoryKib(), hashing.iterations(), hashing.parallelism());
  }

  private static ThreadPoolExecutor passwordThreads() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return new ThreadPoolExecutor(
        threads,
        threads,
        1,
        TimeUnit.MINUTES,
        new ArrayBlockingQueue<>(WAITING_PASSWORDS),
        Thread.ofPlatform().name("passwords-", 0).daemon().factory());
  }

  AccountStore store() {
    return store;
  }

  Sessions sessions() {
    return sessions;
  }

  Devices devices() {
    return devices;
  }

  InteractiveAuth auth() {
    return auth;
  }

  Registrations registrations() {
    return registrations;
  }

  Logins logins() {
    return logins;
  }

  Accounts accounts() {
    return accounts;
  }

  SharedSecretRegistrations sharedSecret() {
    return sharedSecret;
  }

  OpenIdTokens openIdTokens() {
    return openIdTokens;
  }

  @Override
  public void close() {
    passwordThreads.shutdown();
  }
}
