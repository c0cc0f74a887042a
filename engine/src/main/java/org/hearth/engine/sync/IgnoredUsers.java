package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashSet;
import java.util.Set;
import org.hearth.engine.userdata.AccountData;
import org.hearth.schemas.id.UserId;

/// Whom a user [ignores](https://spec.matrix.org/v1.19/client-server-api/#ignoring-users): "once
/// ignored, the client will no longer receive events sent by that user, with the exception of state
/// events", and no invites.
public final class IgnoredUsers {
  private static final String TYPE = "m.ignored_user_list";
  private static final int USERS = 20_000;

  private record Known(long asOf, Set<UserId> ignored) {}

  private final AccountData accountData;
  private final Freshness freshness;
  private final Cache<UserId, Known> cache = Caffeine.newBuilder().maximumSize(USERS).build();

  public IgnoredUsers(AccountData accountData, Freshness freshness) {
    this.accountData = accountData;
    this.freshness = freshness;
  }

  Set<UserId> of(UserId userId) {
    var known = cache.getIfPresent(userId);
    if (known != null && !freshness.changedAfter(new Topic.User(userId), known.asOf()))
      return known.ignored();
    // Sampled first: a change meanwhile is then read once more.
    long asOf = freshness.heard();
    var ignored = new HashSet<UserId>();
    accountData
        .get(userId, null, TYPE)
        .ifPresent(
            list ->
                list.path("ignored_users")
                    .fieldNames()
                    .forEachRemaining(name -> UserId.tryParse(name).ifPresent(ignored::add)));
    ignored.remove(userId);
    cache.put(userId, new Known(asOf, Set.copyOf(ignored)));
    return ignored;
  }
}
