package org.hearth.storage.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.hearth.engine.account.AccessToken;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountChange;
import org.hearth.engine.account.RefreshToken;
import org.hearth.engine.account.TokenHash;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.engine.push.Pusher;
import org.hearth.engine.push.PusherChange;
import org.hearth.engine.userdata.UserDataChange;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

@ContractOf({StoredAccounts.class, StoredProfiles.class, StoredUserData.class, StoredPushers.class})
abstract class AccountsContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final UserId BOB = UserId.parse("@bob:a.example");
  private static final RoomId ROOM = RoomId.parse("!room:a.example");

  private StoredAccounts accounts() {
    return new StoredAccounts(storage().database(), storage().sealing());
  }

  private static AccountChange.Created created(UserId userId) {
    return new AccountChange.Created(new Account(userId, "hash", true, false, false, false, 7));
  }

  @Test
  void anAccountIsWhatWasWritten() {
    write(created(ALICE));
    assertThat(accounts().account(ALICE))
        .hasValue(new Account(ALICE, "hash", true, false, false, false, 7));
    assertThat(accounts().account(BOB)).isEmpty();

    write(new AccountChange.PasswordSet(ALICE, "other"));
    write(new AccountChange.FlagsSet(ALICE, false, true, true));
    assertThat(accounts().account(ALICE))
        .hasValue(new Account(ALICE, "other", false, false, true, true, 7));
    assertThat(accounts().accounts()).isEqualTo(1);
    assertThat(accounts().page("", 10)).hasSize(1);
    assertThat(accounts().page(ALICE.value(), 10)).isEmpty();
  }

  @Test
  void aNameIsGivenOnce() {
    write(created(ALICE));
    assertThatThrownBy(() -> write(created(ALICE))).isInstanceOf(LedgerException.Refused.class);
  }

  @Test
  void devicesKeepWhenTheyWereSeen() {
    write(new AccountChange.DeviceSaved(ALICE, "PHONE", null));
    assertThat(accounts().device(ALICE, "PHONE").orElseThrow().displayName()).isNull();
    write(new AccountChange.DeviceSeen(ALICE, "PHONE", "10.0.0.1", 42));
    write(new AccountChange.DeviceSaved(ALICE, "PHONE", "my \0 phone"));

    var device = accounts().devices(ALICE).getFirst();
    assertThat(device.displayName()).isEqualTo("my \0 phone");
    assertThat(device.lastSeenIp()).isEqualTo("10.0.0.1");
    assertThat(device.lastSeenMs()).isEqualTo(42);
  }

  @Test
  void tokensGoWithTheirDevice() {
    write(new AccountChange.DeviceSaved(ALICE, "A", null), tokens("A", "a1", "r1", false));
    write(new AccountChange.DeviceSaved(ALICE, "B", null), tokens("B", "a2", "r2", false));
    write(new AccountChange.DevicesRemoved(ALICE, Set.of("A")));

    assertThat(accounts().accessToken(new TokenHash("a1"))).isEmpty();
    assertThat(accounts().refreshToken(new TokenHash("r1"))).isEmpty();
    assertThat(accounts().accessToken(new TokenHash("a2"))).isPresent();
    assertThat(accounts().devices(ALICE)).hasSize(1);
  }

  @Test
  void openIdTokensWorkUntilTheyExpireAndThenGo() {
    write(new AccountChange.OpenIdIssued(ALICE, new TokenHash("o1"), 100, 0));
    write(new AccountChange.OpenIdIssued(BOB, new TokenHash("o2"), 200, 0));
    assertThat(accounts().openIdUser(new TokenHash("o1"), 99)).hasValue(ALICE);
    assertThat(accounts().openIdUser(new TokenHash("o1"), 100)).isEmpty();
    assertThat(accounts().openIdTokens(ALICE, 99)).isEqualTo(1);
    write(new AccountChange.OpenIdIssued(ALICE, new TokenHash("o3"), 300, 150));
    assertThat(accounts().openIdUser(new TokenHash("o1"), 0)).isEmpty();
    write(new AccountChange.Deactivated(ALICE, false));
    assertThat(accounts().openIdUser(new TokenHash("o3"), 0)).isEmpty();
    assertThat(accounts().openIdUser(new TokenHash("o2"), 0)).hasValue(BOB);
  }

  @Test
  void onlyKeptTokensStayAndAreConfirmed() {
    write(
        tokens("A", "a1", "r1", false),
        tokens("A", "a2", "r2", true),
        tokens("B", "b1", "s1", false));
    write(
        new AccountChange.TokensKept(
            ALICE, "A", List.of(new TokenHash("a2"), new TokenHash("r2"))));

    assertThat(accounts().accessTokens(ALICE, "A"))
        .containsExactly(
            new AccessToken(new TokenHash("a2"), ALICE, "A", new TokenHash("r2"), 100, false));
    assertThat(accounts().refreshToken(new TokenHash("r1"))).isEmpty();
    assertThat(accounts().refreshToken(new TokenHash("r2"))).isPresent();
    assertThat(accounts().accessToken(new TokenHash("b1"))).isPresent();
  }

  @Test
  void deactivationTakesEverythingButTheName() {
    var profiles = new StoredProfiles(storage().database(), storage().sealing());
    write(
        created(ALICE),
        new AccountChange.DeviceSaved(ALICE, "A", "x"),
        tokens("A", "a1", "r1", false),
        new ProfileChange(ALICE, "displayname", Json.toTree("Alice")));
    assertThat(profiles.profiles()).containsOnlyKeys(ALICE);

    write(new AccountChange.Deactivated(ALICE, true));

    assertThat(accounts().account(ALICE).orElseThrow())
        .isEqualTo(new Account(ALICE, null, true, true, false, false, 7));
    assertThat(accounts().devices(ALICE)).isEmpty();
    assertThat(accounts().accessToken(new TokenHash("a1"))).isEmpty();
    assertThat(profiles.profile(ALICE)).isEmpty();
  }

  @Test
  void profileFieldsAreSetAndRemoved() {
    var profiles = new StoredProfiles(storage().database(), storage().sealing());
    write(new ProfileChange(ALICE, "displayname", Json.toTree("A")));
    write(new ProfileChange(ALICE, "displayname", Json.toTree("Alice \0")));
    write(new ProfileChange(ALICE, "org.example.x", Json.object().put("a", 1)));
    assertThat(profiles.profile(ALICE).path("displayname").asText()).isEqualTo("Alice \0");
    write(new ProfileChange(ALICE, "displayname", null));
    assertThat(profiles.profile(ALICE).has("displayname")).isFalse();
    assertThat(profiles.profile(ALICE).path("org.example.x").path("a").asInt()).isEqualTo(1);
  }

  @Test
  void accountDataIsReadByPosition() {
    var data = new StoredUserData(storage().database(), storage().sealing());
    ObjectNode one = Json.object().put("v", 1);
    ObjectNode two = Json.object().put("v", 2);
    long first = write(new UserDataChange.AccountDataSet(ALICE, null, "t", one));
    long second = write(new UserDataChange.AccountDataSet(ALICE, ROOM, "t", one));
    assertThat(data.accountDataChanged(ALICE, 0, second))
        .extracting(datum -> datum.position())
        .containsExactly(first, second);
    long third = write(new UserDataChange.AccountDataSet(ALICE, null, "t", two));

    assertThat(data.accountData(ALICE, null, "t").orElseThrow().content()).isEqualTo(two);
    assertThat(data.accountDataChanged(ALICE, second, third)).hasSize(1);
    assertThat(data.accountDataChanged(ALICE, 0, second)).hasSize(1);
    assertThat(data.accountDataChanged(BOB, 0, third)).isEmpty();
  }

  @Test
  void filtersAreKept() {
    var data = new StoredUserData(storage().database(), storage().sealing());
    write(new UserDataChange.FilterSaved(ALICE, "f", Json.object().put("x", true)));
    write(new UserDataChange.FilterSaved(ALICE, "f", Json.object().put("x", true)));
    assertThat(data.filter(ALICE, "f")).hasValue(Json.object().put("x", true));
    assertThat(data.filter(BOB, "f")).isEmpty();
  }

  @Test
  void aPushKeyHasOneOwner() {
    var pushers = new StoredPushers(storage().database(), storage().sealing());
    var fields = Json.object().put("kind", "http");
    var alices = new Pusher(ALICE, "A", "app", "key", fields);
    write(new PusherChange.Saved(alices));
    assertThat(pushers.pushers(ALICE)).containsExactly(alices);
    write(
        new PusherChange.Saved(new Pusher(BOB, "B", "app", "key", fields)),
        new PusherChange.RemovedFromOthers(BOB, "app", "key"));
    assertThat(pushers.pushers(ALICE)).isEmpty();
    assertThat(pushers.pushers(BOB)).hasSize(1);
    write(new PusherChange.Removed(BOB, "app", "key"));
    assertThat(pushers.pushers(BOB)).isEmpty();
  }

  private static AccountChange.TokensIssued tokens(
      String device, String access, String refresh, boolean fresh) {
    return new AccountChange.TokensIssued(
        new AccessToken(new TokenHash(access), ALICE, device, new TokenHash(refresh), 100, fresh),
        new RefreshToken(new TokenHash(refresh), ALICE, device, 200));
  }
}
