package org.hearth.client.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.engine.account.AuthAttempt;
import org.hearth.engine.account.InteractiveAuth;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// [User-interactive
/// authentication](https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api)
/// in requests and answers.
public final class UserInteractive {
  private static final List<List<String>> BY_PASSWORD = List.of(List.of(InteractiveAuth.PASSWORD));

  private final InteractiveAuth auth;

  public UserInteractive(InteractiveAuth auth) {
    this.auth = auth;
  }

  /// Asks whoever is logged in for their password.
  ///
  /// @param operation what is to be done, with everything that must not change until it is
  ///   confirmed
  /// @param sent the `auth` of the body; null if it is absent
  /// @return empty if the operation may go on, or what to answer
  public Optional<Reply> challenge(Caller caller, String operation, @Nullable ObjectNode sent) {
    return switch (auth.attempt(
        operation, Optional.of(caller.userId()), BY_PASSWORD, attempt(sent))) {
      case InteractiveAuth.Verdict.Passed _ -> Optional.empty();
      case InteractiveAuth.Verdict.Challenge challenge -> Optional.of(reply(challenge));
      case InteractiveAuth.Verdict.SomebodyElse(var refusal) -> Optional.of(Reply.refused(refusal));
    };
  }

  /// The 401 that says what is to be done.
  static Reply reply(InteractiveAuth.Verdict.Challenge challenge) {
    var body = new LinkedHashMap<String, Object>();
    body.put("session", challenge.session());
    body.put("flows", challenge.flows().stream().map(stages -> Map.of("stages", stages)).toList());
    body.put("completed", challenge.completed());
    body.put("params", Map.of());
    if (challenge.failure() != null) {
      body.put("errcode", challenge.failure().code().name());
      body.put("error", challenge.failure().message());
    }
    return Reply.json(401, body);
  }

  /// The `auth` object of a body.
  ///
  /// @param type the stage; null asks how the session stands
  /// @param identifier whose password it is
  /// @param user the same, as older clients send it
  record Sent(
      @Nullable String type,
      @Nullable String session,
      @Nullable Identifier identifier,
      @Nullable String user,
      @Nullable String password,
      @Nullable String token) {}

  /// Who somebody is.
  ///
  /// @param type `m.id.user` is the only one with an account here
  /// @param user a user ID or localpart
  record Identifier(@Nullable String type, @Nullable String user) {

    /// The user, if this names one.
    Optional<String> named() {
      return "m.id.user".equals(type) ? Optional.ofNullable(user) : Optional.empty();
    }
  }

  static AuthAttempt attempt(@Nullable ObjectNode auth) {
    if (auth == null) {
      return AuthAttempt.NONE;
    }
    try {
      Sent sent = Json.bind(auth, Sent.class);
      String user =
          sent.identifier() == null ? sent.user() : sent.identifier().named().orElse(sent.user());
      return new AuthAttempt(sent.type(), sent.session(), user, sent.password(), sent.token());
    } catch (MalformedJson e) {
      throw RequestError.badJson("auth: " + e.getMessage());
    }
  }
}
