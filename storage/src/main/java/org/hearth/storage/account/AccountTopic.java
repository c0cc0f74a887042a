package org.hearth.storage.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountChange;
import org.hearth.engine.account.TokenHash;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.engine.push.Pusher;
import org.hearth.engine.push.PusherChange;
import org.hearth.engine.userdata.UserDataChange;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.presence.PresenceTopic;
import org.hearth.storage.rows.RowSink;
import org.jspecify.annotations.Nullable;

/// The rows of accounts and of what people keep in them.
public final class AccountTopic {
  private static final int MAX_KEPT = 4;

  private final Sealed sealed;

  private AccountTopic(Sealed sealed) {
    this.sealed = sealed;
  }

  /// The topic, which seals names, addresses, profiles, account data, filters and pushers.
  public static Topic topic(Sealing sealing) {
    var rows = new AccountTopic(new Sealed(sealing));
    return Topic.named("accounts")
        .change(AccountChange.class, rows::account)
        .change(ProfileChange.class, rows::profile)
        .change(UserDataChange.class, rows::userData)
        .change(PusherChange.class, rows::pusher);
  }

  private void account(Positioned<AccountChange> positioned, RowSink sink) {
    AccountChange change = positioned.change();
    String user = change.userId().value();
    switch (change) {
      case AccountChange.Created created -> created(created.account(), sink);
      case AccountChange.PasswordSet set ->
          sink.run(AccountTables.SET_PASSWORD, set.passwordHash(), user);
      case AccountChange.FlagsSet set ->
          sink.run(
              AccountTables.SET_FLAGS, set.administrator(), set.locked(), set.suspended(), user);
      case AccountChange.Deactivated ended -> deactivated(ended, positioned.position(), sink);
      case AccountChange.DeviceSaved saved -> deviceSaved(saved, sink);
      case AccountChange.DeviceSeen seen ->
          sink.run(
              AccountTables.SEE_DEVICE,
              sealed.text(seen.userId(), Sealed.deviceIp(seen.deviceId()), seen.ip()),
              seen.seenMs(),
              user,
              seen.deviceId());
      case AccountChange.DevicesRemoved removed -> devicesRemoved(removed, sink);
      case AccountChange.TokensIssued issued -> tokensIssued(issued, sink);
      case AccountChange.TokensKept kept -> tokensKept(kept, sink);
      case AccountChange.OpenIdIssued issued -> {
        sink.run(AccountTables.DELETE_EXPIRED_OPENID, issued.nowMs());
        sink.insert(AccountTables.OPENID_TOKEN, issued.hash().value(), user, issued.expiresMs());
      }
    }
  }

  private static void created(Account account, RowSink sink) {
    sink.insert(
        AccountTables.ACCOUNT,
        account.userId().value(),
        account.passwordHash(),
        account.administrator(),
        account.deactivated(),
        account.locked(),
        account.suspended(),
        account.createdMs(),
        0L);
  }

  private static void deactivated(AccountChange.Deactivated ended, long position, RowSink sink) {
    String user = ended.userId().value();
    sink.run(AccountTables.DEACTIVATE, null, true, user);
    sink.run(AccountTables.DELETE_ACCESS_OF_USER, user);
    sink.run(AccountTables.DELETE_REFRESH_OF_USER, user);
    sink.run(AccountTables.DELETE_DEVICES, user);
    sink.run(AccountTables.DELETE_PUSHERS, user);
    sink.run(PresenceTopic.DELETE, user);
    sink.run(AccountTables.DELETE_OPENID_OF_USER, user);
    if (ended.erase()) {
      sink.run(AccountTables.ERASE, position, user);
      sink.run(AccountTables.DELETE_PROFILE, user);
      sink.run(AccountTables.DELETE_ACCOUNT_DATA, user);
      sink.run(AccountTables.DELETE_FILTERS, user);
    }
  }

  private void deviceSaved(AccountChange.DeviceSaved saved, RowSink sink) {
    String user = saved.userId().value();
    String id = saved.deviceId();
    byte @Nullable [] name =
        saved.displayName() == null
            ? null
            : sealed.text(saved.userId(), Sealed.deviceName(id), saved.displayName());
    sink.insertIfAbsent(AccountTables.DEVICE, user, id, name, null, 0L);
    sink.run(AccountTables.RENAME_DEVICE, name, user, id);
  }

  private static void devicesRemoved(AccountChange.DevicesRemoved removed, RowSink sink) {
    String user = removed.userId().value();
    for (String device : removed.deviceIds()) {
      sink.delete(AccountTables.DEVICE, user, device);
      sink.run(AccountTables.DELETE_ACCESS_OF_DEVICE, user, device);
      sink.run(AccountTables.DELETE_REFRESH_OF_DEVICE, user, device);
      sink.run(AccountTables.DELETE_PUSHERS_OF_DEVICE, user, device);
    }
  }

  private static void tokensIssued(AccountChange.TokensIssued issued, RowSink sink) {
    var access = issued.access();
    TokenHash beside = access.refresh();
    sink.insert(
        AccountTables.ACCESS_TOKEN,
        access.hash().value(),
        access.userId().value(),
        access.deviceId(),
        beside == null ? null : beside.value(),
        access.expiresMs(),
        access.fresh());
    var refresh = issued.refresh();
    if (refresh != null) {
      sink.insert(
          AccountTables.REFRESH_TOKEN,
          refresh.hash().value(),
          refresh.userId().value(),
          refresh.deviceId(),
          refresh.expiresMs());
    }
  }

  private static void tokensKept(AccountChange.TokensKept kept, RowSink sink) {
    List<TokenHash> hashes = kept.kept();
    if (hashes.size() > MAX_KEPT) {
      throw new IllegalArgumentException("A device has at most two pairs of tokens");
    }
    var values = new Object[2 + MAX_KEPT];
    values[0] = kept.userId().value();
    values[1] = kept.deviceId();
    for (int i = 0; i < MAX_KEPT; i++) {
      values[2 + i] = i < hashes.size() ? hashes.get(i).value() : "";
    }
    sink.run(AccountTables.KEEP_ACCESS, values);
    sink.run(AccountTables.KEEP_REFRESH, values);
    sink.run(AccountTables.CONFIRM_ACCESS, false, kept.userId().value(), kept.deviceId());
  }

  private void profile(Positioned<ProfileChange> positioned, RowSink sink) {
    ProfileChange change = positioned.change();
    String user = change.userId().value();
    if (change.value() == null) {
      sink.delete(AccountTables.PROFILE_FIELD, user, change.field());
    } else {
      sink.upsert(
          AccountTables.PROFILE_FIELD,
          user,
          change.field(),
          sealed.json(change.userId(), Sealed.profile(change.field()), change.value()));
    }
  }

  private void userData(Positioned<UserDataChange> positioned, RowSink sink) {
    switch (positioned.change()) {
      case UserDataChange.AccountDataSet set -> {
        UserId user = set.userId();
        String room = set.roomId() == null ? "" : set.roomId().value();
        sink.upsert(
            AccountTables.ACCOUNT_DATA,
            user.value(),
            room,
            set.type(),
            sealed.json(user, Sealed.accountData(room, set.type()), set.content()),
            positioned.position());
      }
      case UserDataChange.FilterSaved saved ->
          sink.insertIfAbsent(
              AccountTables.USER_FILTER,
              saved.userId().value(),
              saved.filterId(),
              sealed.json(saved.userId(), Sealed.filter(saved.filterId()), saved.filter()));
    }
  }

  private void pusher(Positioned<PusherChange> positioned, RowSink sink) {
    switch (positioned.change()) {
      case PusherChange.Saved saved -> pusherSaved(saved.pusher(), sink);
      case PusherChange.Removed removed ->
          sink.delete(
              AccountTables.PUSHER,
              removed.userId().value(),
              removed.appId(),
              hash(removed.pushkey()));
      case PusherChange.RemovedFromOthers removed ->
          sink.run(
              AccountTables.DELETE_PUSHERS_OF_OTHERS,
              hash(removed.pushkey()),
              removed.appId(),
              removed.kept().value());
    }
  }

  private void pusherSaved(Pusher pusher, RowSink sink) {
    String hash = hash(pusher.pushkey());
    ObjectNode content = pusher.fields().deepCopy();
    content.put(StoredPushers.PUSHKEY, pusher.pushkey());
    sink.upsert(
        AccountTables.PUSHER,
        pusher.userId().value(),
        pusher.appId(),
        hash,
        pusher.deviceId(),
        sealed.json(pusher.userId(), Sealed.pusher(pusher.appId(), hash), content));
  }

  private static String hash(String pushkey) {
    return TokenHash.of(pushkey).value();
  }

  /// What is sealed of accounts.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        sealed("device", "display_name", row -> Sealed.deviceName(row.get(1)), "device_id"),
        sealed("device", "seen_ip", row -> Sealed.deviceIp(row.get(1)), "device_id"),
        sealed("profile_field", "content", row -> Sealed.profile(row.get(1)), "field"),
        sealed(
            "account_data",
            "content",
            row -> Sealed.accountData(row.get(1), row.get(2)),
            "room_id",
            "kind"),
        sealed("user_filter", "content", row -> Sealed.filter(row.get(1)), "filter_id"),
        sealed(
            "pusher",
            "content",
            row -> Sealed.pusher(row.get(1), row.get(2)),
            "app_id",
            "pushkey_hash"));
  }

  private static SealedColumn sealed(
      String table, String column, Function<SealedColumn.Row, String> place, String... names) {
    var all = new ArrayList<String>(List.of("user_id"));
    all.addAll(List.of(names));
    return new SealedColumn(
        table,
        column,
        List.copyOf(all),
        row -> KeyScope.account(UserId.parse(row.get(0))),
        row -> row.get(0) + "|" + place.apply(row));
  }
}
