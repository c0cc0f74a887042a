package org.hearth.engine.account;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Access and refresh tokens: handing them out, and knowing whose they are.
///
/// [Refreshing](https://spec.matrix.org/v1.19/client-server-api/#refreshing-access-tokens): "the
/// old refresh token ... should be invalidated" only once a token from the refresh was used, since
/// the answer may have been lost on its way.
public final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /// Bytes of one entry of each cache: two to four short texts.
  private static final int SESSION = 500;

  private static final int EPOCH = 130;
  private static final int SEEN = 250;
  private static final Duration SEEN_EVERY = Duration.ofMinutes(5);

  private final AccountStore store;
  private final Ledger ledger;
  private final AccountSettings settings;
  private final Secrets secrets;
  private final InstantSource clock;

  /// Sessions by token; good only while the user's epoch is the one they were read in.
  private final Cache<TokenHash, Known> known;

  /// A number that changes after each commit that touches the user's account or tokens, and when it
  /// was evicted.
  private final Cache<UserId, Long> epochs;

  private final AtomicLong nextEpoch = new AtomicLong();

  private final Cache<String, Seen> seen;

  public Sessions(
      AccountStore store,
      Ledger ledger,
      AccountSettings settings,
      Secrets secrets,
      InstantSource clock,
      MemoryBudget budget) {
    known =
        budget.cache(
            Share.SESSIONS,
            (TokenHash _, Known _) -> SESSION,
            caffeine -> caffeine.expireAfterWrite(Duration.ofMinutes(10)));
    epochs = budget.cache(Share.SESSION_EPOCHS, (UserId _, Long _) -> EPOCH);
    seen =
        budget.cache(
            Share.DEVICES_SEEN,
            (String _, Seen _) -> SEEN,
            caffeine -> caffeine.expireAfterWrite(Duration.ofHours(1)));
    this.store = store;
    this.ledger = ledger;
    this.settings = settings;
    this.secrets = secrets;
    this.clock = clock;
    ledger.listen(
        (committed, batch) ->
            batch
                .changes()
                .forEach(
                    positioned -> {
                      if (positioned.change() instanceof AccountChange change
                          && !(change instanceof AccountChange.DeviceSeen)
                          && !(change instanceof AccountChange.OpenIdIssued)) {
                        forget(change.userId());
                      }
                    }));
  }

  /// Whether a token is good.
  public sealed interface Check {
    /// A login that holds.
    record Good(Session session) implements Check {}

    /// No login; `expired` if it was one, and refreshing or logging in again restores it.
    record Bad(boolean expired) implements Check {}
  }

  private record Known(Session session, long expiresMs, long epoch) {}

  private record Seen(String ip, long atMs) {}

  /// Tokens as the client gets them, once.
  ///
  /// @param refreshToken null if the client did not say that it can refresh
  /// @param expiresInMs null if the access token does not expire
  public record Issued(
      UserId userId,
      String deviceId,
      String accessToken,
      @Nullable String refreshToken,
      @Nullable Long expiresInMs) {
    /// Tokens stay out of logs.
    @Override
    public String toString() {
      return "Issued[" + userId + ", " + deviceId + "]";
    }
  }

  /// Looks up an access token, and notes where its device was seen.
  public Check check(String accessToken, String address) {
    TokenHash hash = TokenHash.of(accessToken);
    long now = clock.millis();
    Known found = known.getIfPresent(hash);
    if (found == null || found.epoch() != epoch(found.session().userId())) {
      Optional<AccessToken> stored = store.accessToken(hash);
      if (stored.isEmpty()) {
        return new Check.Bad(false);
      }
      // Read again within an epoch, so that what is cached is never older than it.
      long epoch = epoch(stored.get().userId());
      stored = store.accessToken(hash);
      Optional<Account> account = stored.flatMap(token -> store.account(token.userId()));
      if (stored.isEmpty() || account.isEmpty() || account.get().deactivated()) {
        return new Check.Bad(false);
      }
      AccessToken token = stored.get();
      if (token.expiresMs() <= now) {
        return new Check.Bad(true);
      }
      if (token.fresh()) {
        confirm(token);
      }
      found = new Known(session(account.get(), token.deviceId()), token.expiresMs(), epoch);
      known.put(hash, found);
    }
    if (found.expiresMs() <= now) {
      return new Check.Bad(true);
    }
    saw(found.session(), address, now);
    return new Check.Good(found.session());
  }

  private static Session session(Account account, String deviceId) {
    return new Session(
        account.userId(), deviceId, account.administrator(), account.locked(), account.suspended());
  }

  /// The first use of a refreshed token ends those before it.
  private void confirm(AccessToken token) {
    var kept = new ArrayList<TokenHash>();
    kept.add(token.hash());
    if (token.refresh() != null) {
      kept.add(token.refresh());
    }
    ledger.write(new AccountChange.TokensKept(token.userId(), token.deviceId(), kept));
  }

  private void saw(Session session, String address, long now) {
    String key = session.userId() + " " + session.deviceId();
    Seen before = seen.getIfPresent(key);
    if (before != null
        && before.ip().equals(address)
        && now - before.atMs() < SEEN_EVERY.toMillis()) {
      return;
    }
    seen.put(key, new Seen(address, now));
    var change = new AccountChange.DeviceSeen(session.userId(), session.deviceId(), address, now);
    var unused =
        ledger
            .append(Entry.of(Lane.BULK, List.of(change)))
            .exceptionally(
                failure -> {
                  LOG.debug("Could not note when a device was seen", failure);
                  return 0L;
                });
  }

  /// Logs a device in: a new one, or one that exists, whose tokens so far end.
  ///
  /// @param deviceId null makes a new device
  /// @param displayName the name of a new device; null for none
  /// @param refreshable whether the client can refresh, and so gets a token that expires
  Issued logIn(
      UserId userId,
      @Nullable String deviceId,
      @Nullable String displayName,
      boolean refreshable,
      List<? extends Change> first) {
    String device = deviceId == null ? secrets.deviceId() : deviceId;
    var changes = new ArrayList<Change>(first);
    // Only a login on a device that exists reads; a new one has no tokens to end.
    boolean exists = deviceId != null && store.device(userId, deviceId).isPresent();
    if (exists) {
      changes.add(new AccountChange.TokensKept(userId, device, List.of()));
    } else {
      changes.add(new AccountChange.DeviceSaved(userId, device, displayName));
    }
    Issued issued = issue(userId, device, refreshable, false, changes);
    ledger.write(changes.toArray(Change[]::new));
    return issued;
  }

  private Issued issue(
      UserId userId, String deviceId, boolean refreshable, boolean fresh, List<Change> changes) {
    long now = clock.millis();
    String access = secrets.token("hat_");
    if (!refreshable) {
      var token =
          new AccessToken(TokenHash.of(access), userId, deviceId, null, Long.MAX_VALUE, fresh);
      changes.add(new AccountChange.TokensIssued(token, null));
      return new Issued(userId, deviceId, access, null, null);
    }
    String refresh = secrets.token("hrt_");
    TokenHash refreshHash = TokenHash.of(refresh);
    long lifetime = settings.accessTokenLifetime().toMillis();
    changes.add(
        new AccountChange.TokensIssued(
            new AccessToken(
                TokenHash.of(access), userId, deviceId, refreshHash, now + lifetime, fresh),
            new RefreshToken(
                refreshHash, userId, deviceId, now + settings.refreshTokenLifetime().toMillis())));
    return new Issued(userId, deviceId, access, refresh, lifetime);
  }

  /// Exchanges a refresh token. Both it and the access token beside it work until one of the new
  /// ones is used. `M_UNKNOWN_TOKEN` if it is unknown, used up or expired.
  public Outcome<Issued> refresh(String refreshToken) {
    TokenHash hash = TokenHash.of(refreshToken);
    Optional<RefreshToken> stored = store.refreshToken(hash);
    if (stored.isEmpty() || stored.get().expiresMs() <= clock.millis()) {
      return Outcome.refused(ErrorCode.M_UNKNOWN_TOKEN, "Unknown refresh token");
    }
    UserId userId = stored.get().userId();
    String deviceId = stored.get().deviceId();
    Optional<Account> account = store.account(userId);
    if (account.isEmpty() || account.get().deactivated()) {
      return Outcome.refused(ErrorCode.M_UNKNOWN_TOKEN, "Unknown refresh token");
    }
    var kept = new ArrayList<TokenHash>();
    kept.add(hash);
    store.accessTokens(userId, deviceId).stream()
        .filter(token -> hash.equals(token.refresh()))
        .forEach(token -> kept.add(token.hash()));
    var changes = new ArrayList<Change>();
    changes.add(new AccountChange.TokensKept(userId, deviceId, kept));
    Issued issued = issue(userId, deviceId, true, true, changes);
    ledger.write(changes.toArray(Change[]::new));
    return Outcome.done(issued);
  }

  private long epoch(UserId userId) {
    return epochs.get(userId, user -> nextEpoch.incrementAndGet());
  }

  /// Forgets what is cached of a user's tokens.
  void forget(UserId userId) {
    epochs.put(userId, nextEpoch.incrementAndGet());
  }
}
