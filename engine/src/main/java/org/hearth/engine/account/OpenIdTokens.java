package org.hearth.engine.account;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// [OpenID tokens](https://spec.matrix.org/v1.19/client-server-api/#openid), by which somebody else
/// learns from this server who a user is. They are durable, as a hash: whoever holds one was told
/// how long it works, and cannot get another.
public final class OpenIdTokens {
  /// So many of one user work at a time.
  private static final int MAX_PER_USER = 100;

  private static final Duration LIFETIME = Duration.ofHours(1);

  private final AccountStore store;
  private final Ledger ledger;
  private final Secrets secrets;
  private final InstantSource clock;

  public OpenIdTokens(AccountStore store, Ledger ledger, Secrets secrets, InstantSource clock) {
    this.store = store;
    this.ledger = ledger;
    this.secrets = secrets;
    this.clock = clock;
  }

  /// `M_LIMIT_EXCEEDED` if the user has too many that work.
  public Outcome<String> issue(UserId userId) {
    long now = clock.millis();
    if (store.openIdTokens(userId, now) >= MAX_PER_USER)
      return Outcome.refused(
          ErrorCode.M_LIMIT_EXCEEDED, "You have too many OpenID tokens; wait until some expire.");
    String token = secrets.token("hoi_");
    ledger.write(
        new AccountChange.OpenIdIssued(
            userId, TokenHash.of(token), now + LIFETIME.toMillis(), now));
    return Outcome.done(token);
  }

  /// Whose token it is; empty if it is unknown or has expired.
  public Optional<UserId> find(String token) {
    return store.openIdUser(TokenHash.of(token), clock.millis());
  }

  /// How long a token works.
  public Duration lifetime() {
    return LIFETIME;
  }
}
