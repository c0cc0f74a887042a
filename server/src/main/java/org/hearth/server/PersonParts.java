package org.hearth.server;

import java.util.List;
import org.hearth.engine.account.AccountStore;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.engine.profile.MemberProfiles;
import org.hearth.engine.profile.ProfileSpread;
import org.hearth.engine.profile.Profiles;
import org.hearth.engine.profile.RemoteUsers;
import org.hearth.engine.push.PredefinedRules;
import org.hearth.engine.push.PushRules;
import org.hearth.engine.push.Pushers;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.userdata.AccountData;
import org.hearth.engine.userdata.Filters;
import org.hearth.engine.userdata.Tags;
import org.hearth.engine.userdata.UserDataStore;
import org.hearth.storage.account.StoredProfiles;
import org.hearth.storage.account.StoredPushers;
import org.hearth.storage.account.StoredUserData;

/// What belongs to a person beside the account: profile, account data, filters, push rules.
final class PersonParts {
  private final UserDataStore userData;
  private final LocalProfiles memberProfiles;
  private final Profiles profiles;
  private final AccountData accountData;
  private final Tags tags;
  private final Filters filters;
  private final PushRules pushRules;
  private final Pushers pushers;

  PersonParts(Basics basics, AccountStore accounts, RemoteUsers remoteUsers, RoomEngine rooms) {
    var ledger = basics.ledger();
    var database = basics.database();
    var sealing = basics.storage().sealing();
    this.userData = new StoredUserData(database, sealing);
    var stored = new StoredProfiles(database, sealing);
    this.memberProfiles = new MemberProfiles(stored);
    var spread =
        new ProfileSpread(
            memberProfiles, rooms.userRooms(), rooms.rooms(), rooms.appends(), basics.background());
    this.profiles =
        new Profiles(stored, accounts, remoteUsers, ledger, basics.serverName(), List.of(spread));
    this.accountData = new AccountData(userData, ledger, PredefinedRules::of);
    this.tags = new Tags(accountData);
    this.filters = new Filters(userData, ledger);
    this.pushRules = new PushRules(accountData);
    this.pushers = new Pushers(new StoredPushers(database, sealing), ledger);
  }

  UserDataStore userData() {
    return userData;
  }

  /// What member events say of local users.
  LocalProfiles memberProfiles() {
    return memberProfiles;
  }

  Profiles profiles() {
    return profiles;
  }

  AccountData accountData() {
    return accountData;
  }

  Tags tags() {
    return tags;
  }

  Filters filters() {
    return filters;
  }

  PushRules pushRules() {
    return pushRules;
  }

  Pushers pushers() {
    return pushers;
  }
}
