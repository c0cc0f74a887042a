package org.hearth.client.http;

import java.util.Map;
import java.util.Optional;
import org.hearth.engine.account.Session;

/// Lets a request in: access token, account state and rate limits, as its route declares.
final class Admission {
  private static final String BEARER = "Bearer ";
  private static final int MAX_TOKEN = 4096;
  private static final int MAX_USER_AGENT = 200;

  private final TokenCheck tokens;
  private final RateLimits rates;
  private final boolean queryTokensAllowed;

  Admission(TokenCheck tokens, RateLimits rates, boolean queryTokensAllowed) {
    this.tokens = tokens;
    this.rates = rates;
    this.queryTokensAllowed = queryTokensAllowed;
  }

  /// Answers who is calling, or throws what the client gets.
  Caller admit(Route route, Path path, String address) {
    String agent = path.header("User-Agent").orElse("");
    agent = agent.substring(0, Math.min(agent.length(), MAX_USER_AGENT));
    Caller caller = authenticate(route.auth(), path, address, agent);
    if (route.activeOnly() && caller.session().filter(Session::suspended).isPresent()) {
      throw RequestError.of(403, "M_USER_SUSPENDED", "This account is suspended");
    }
    String key = caller.session().map(session -> session.userId().value()).orElse(address);
    rates
        .take(route.rate(), key)
        .ifPresent(
            wait -> {
              throw RequestError.limited(wait);
            });
    return caller;
  }

  private Caller authenticate(Auth auth, Path path, String address, String agent) {
    var nobody = new Caller(Optional.empty(), "", address, agent);
    if (auth == Auth.NONE) {
      return nobody;
    }
    Optional<String> token = token(path);
    if (token.isEmpty()) {
      if (auth == Auth.OPTIONAL) {
        return nobody;
      }
      throw RequestError.of(401, "M_MISSING_TOKEN", "Missing access token");
    }
    return switch (tokens.check(token.get(), address, agent)) {
      case TokenCheck.Result.Good good -> {
        check(auth, good.session());
        yield new Caller(Optional.of(good.session()), token.get(), address, agent);
      }
      case TokenCheck.Result.Operator _ when auth == Auth.OPERATOR -> nobody;
      case TokenCheck.Result.Operator _ -> throw unknownToken(false);
      case TokenCheck.Result.Bad bad -> throw unknownToken(bad.softLogout());
    };
  }

  private static void check(Auth auth, Session session) {
    if (session.locked() && auth != Auth.ACCESS_TOKEN_EVEN_LOCKED) {
      throw RequestError.of(
          401, "M_USER_LOCKED", "This account is locked", Map.of("soft_logout", true));
    }
    boolean administrators = auth == Auth.ADMIN || auth == Auth.OPERATOR;
    if (administrators && !session.administrator()) {
      throw RequestError.of(403, "M_FORBIDDEN", "Only for administrators of this server");
    }
  }

  private Optional<String> token(Path path) {
    Optional<String> header = path.header("Authorization");
    if (header.isPresent()) {
      String value = header.get();
      if (!value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        throw RequestError.of(401, "M_MISSING_TOKEN", "The Authorization header is not Bearer");
      }
      String token = value.substring(BEARER.length()).strip();
      if (token.isEmpty() || token.length() > MAX_TOKEN) {
        throw unknownToken(false);
      }
      return Optional.of(token);
    }
    Optional<String> inQuery = path.query().first("access_token");
    if (inQuery.isPresent() && !queryTokensAllowed) {
      throw RequestError.of(
          401,
          "M_MISSING_TOKEN",
          "Access tokens in the address are not accepted; send the Authorization header");
    }
    return inQuery.filter(token -> token.length() <= MAX_TOKEN);
  }

  private static RequestError unknownToken(boolean softLogout) {
    return RequestError.of(
        401, "M_UNKNOWN_TOKEN", "Unknown access token", Map.of("soft_logout", softLogout));
  }
}
