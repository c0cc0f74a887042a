package org.hearth.engine.sync;

import java.util.HashSet;
import java.util.Set;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.userdata.AccountData;
import org.hearth.schemas.id.UserId;

/// Whom a user [ignores](https://spec.matrix.org/v1.19/client-server-api/#ignoring-users): "once
/// ignored, the client will no longer receive events sent by that user, with the exception of state
/// events", and no invites.
public final class IgnoredUsers {
  private static final String TYPE = "m.ignored_user_list";
  private static final int USER_ID = 120;

  private final AccountData accountData;
  private final Remembered<UserId, Set<UserId>> remembered;

  public IgnoredUsers(AccountData accountData, Freshness freshness, MemoryBudget budget) {
    this.accountData = accountData;
    this.remembered =
        new Remembered<>(
            freshness, budget, Share.IGNORED_USERS, (_, ignored) -> USER_ID * (2 + ignored.size()));
  }

  Set<UserId> of(UserId userId) {
    return remembered.get(userId, new Topic.User(userId), () -> read(userId));
  }

  private Set<UserId> read(UserId userId) {
    var ignored = new HashSet<UserId>();
    accountData
        .get(userId, null, TYPE)
        .ifPresent(
            list ->
                list.path("ignored_users")
                    .fieldNames()
                    .forEachRemaining(name -> UserId.tryParse(name).ifPresent(ignored::add)));
    ignored.remove(userId);
    return Set.copyOf(ignored);
  }
}
