package org.hearth.engine.account;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hearth.e2ee.backup.BackupVersions;
import org.hearth.e2ee.crosssigning.CrossSigningUploads;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.engine.media.MediaChange;
import org.hearth.engine.room.RoomChange;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What happens to accounts that exist.
public final class Accounts {
  private final AccountStore store;
  private final Ledger ledger;
  private final Devices devices;
  private final Passwords passwords;
  private final Registrations registrations;
  private final Departure departure;

  public Accounts(
      AccountStore store,
      Ledger ledger,
      Devices devices,
      Passwords passwords,
      Registrations registrations,
      Departure departure) {
    this.store = store;
    this.ledger = ledger;
    this.devices = devices;
    this.passwords = passwords;
    this.registrations = registrations;
    this.departure = departure;
  }

  /// What a deactivated user leaves behind in rooms.
  @FunctionalInterface
  public interface Departure {
    /// Leaves all rooms and rejects all invites of a user whose account has just ended. Called
    /// after the end is durable; must not block long.
    void depart(UserId userId);
  }

  /// The account of a local user, if there is one that is not deactivated.
  public Optional<Account> active(UserId userId) {
    return store.account(userId).filter(account -> !account.deactivated());
  }

  /// Sets a new password. `M_WEAK_PASSWORD` if it is not good enough.
  ///
  /// @param keptDevice the device that stays logged in when the others are logged out; null for
  ///   none
  /// @param logOutOthers whether the other devices are removed
  public Outcome<UserId> changePassword(
      UserId userId, String password, @Nullable String keptDevice, boolean logOutOthers) {
    Optional<Refusal> weak = registrations.passwordProblem(password);
    if (weak.isPresent()) {
      return Outcome.refused(weak.get());
    }
    var changes = new ArrayList<Change>();
    changes.add(new AccountChange.PasswordSet(userId, passwords.hash(password)));
    if (logOutOthers) {
      var others = new LinkedHashSet<String>();
      store.devices(userId).stream()
          .map(Device::deviceId)
          .filter(id -> !id.equals(keptDevice))
          .forEach(others::add);
      changes.addAll(devices.removal(userId, others));
    }
    ledger.write(changes.toArray(Change[]::new));
    return Outcome.done(userId);
  }

  /// Ends an account for good.
  ///
  /// @param erase whether the user asks to forget what can be forgotten; may come later than the
  ///   end of the account
  public void deactivate(UserId userId, boolean erase) {
    var all = new LinkedHashSet<String>();
    store.devices(userId).forEach(device -> all.add(device.deviceId()));
    var changes = new ArrayList<Change>(devices.removal(userId, all));
    changes.addAll(CrossSigningUploads.forgetAll(userId));
    changes.addAll(BackupVersions.forgetAll(userId));
    changes.add(new AccountChange.Deactivated(userId, erase));
    if (erase) {
      changes.add(new RoomChange.ForgetInvites(userId));
      changes.add(new MediaChange.RemovedOf(userId));
      // What the deleted rows leave on the disk cannot be opened any more.
      changes.add(new KeysDestroyed(KeyScope.account(userId)));
      changes.add(new KeysDestroyed(KeyScope.media(userId)));
    }
    ledger.write(changes.toArray(Change[]::new));
    departure.depart(userId);
  }

  /// Locks or unlocks an account. `M_NOT_FOUND` if there is none.
  public Outcome<Account> lock(UserId userId, boolean locked) {
    return flags(
        userId,
        account ->
            new AccountChange.FlagsSet(
                userId, account.administrator(), locked, account.suspended()));
  }

  /// Suspends an account or ends that. `M_NOT_FOUND` if there is none.
  public Outcome<Account> suspend(UserId userId, boolean suspended) {
    return flags(
        userId,
        account ->
            new AccountChange.FlagsSet(
                userId, account.administrator(), account.locked(), suspended));
  }

  private Outcome<Account> flags(UserId userId, Function<Account, AccountChange.FlagsSet> change) {
    Optional<Account> account = active(userId);
    if (account.isEmpty()) {
      return Outcome.notFound("No such account on this server");
    }
    ledger.write(List.of(change.apply(account.get())).toArray(Change[]::new));
    return Outcome.done(active(userId).orElse(account.get()));
  }
}
