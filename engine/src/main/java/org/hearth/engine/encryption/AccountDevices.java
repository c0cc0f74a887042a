package org.hearth.engine.encryption;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.LocalDevices;
import org.hearth.engine.account.AccountStore;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Answers [LocalDevices] from the accounts.
public final class AccountDevices implements LocalDevices {
  private final ServerName ownName;
  private final AccountStore accounts;

  public AccountDevices(ServerName ownName, AccountStore accounts) {
    this.ownName = ownName;
    this.accounts = accounts;
  }

  @Override
  public SortedMap<String, Optional<String>> of(UserId user) {
    var names = new TreeMap<String, Optional<String>>();
    if (!user.serverName().equals(ownName)) return names;
    for (var device : accounts.devices(user))
      names.put(device.deviceId(), Optional.ofNullable(device.displayName()));
    return names;
  }
}
