package org.hearth.client.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.profile.Profiles;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;

/// Specification file `profile.yaml`; methods are its operationIds.
final class Profile {
  private static final long MAX_BYTES = 128 * 1024;

  private final Profiles profiles;

  Profile(Profiles profiles) {
    this.profiles = profiles;
  }

  void mount(Routes all) {
    all.get("/v3/profile/:userId", Auth.NONE, this::getUserProfile);
    all.get("/v3/profile/:userId/:keyName", Auth.NONE, this::getProfileField);
    Routes routes = all.limited(RateClass.GENERAL).refusingSuspended();
    routes
        .bodyUpTo(MAX_BYTES)
        .put(
            "/v3/profile/:userId/:keyName",
            Auth.ACCESS_TOKEN,
            ObjectNode.class,
            this::setProfileField);
    routes.delete("/v3/profile/:userId/:keyName", Auth.ACCESS_TOKEN, this::deleteProfileField);
  }

  Reply getUserProfile(Caller caller, Path path) {
    return reply(profiles.profile(path.userId()));
  }

  Reply getProfileField(Caller caller, Path path) {
    String field = path.get("keyName");
    return reply(profiles.field(path.userId(), field).map(value -> Map.of(field, value)));
  }

  Reply setProfileField(Caller caller, Path path, ObjectNode body) {
    caller.mustBe(path.userId());
    String field = path.get("keyName");
    JsonNode value = body.get(field);
    if (value == null) {
      throw RequestError.missingParam(field);
    }
    if (value.isNull()) {
      profiles.remove(caller.userId(), field);
      return Reply.empty();
    }
    return Reply.emptyOr(profiles.set(caller.userId(), field, value));
  }

  Reply deleteProfileField(Caller caller, Path path) {
    caller.mustBe(path.userId());
    profiles.remove(caller.userId(), path.get("keyName"));
    return Reply.empty();
  }

  /// Another server that cannot be reached has no profile for us.
  private static Reply reply(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Done<?>(var value) -> Reply.ok(value);
      case Outcome.Refused<?>(var refusal) ->
          refusal.code() == ErrorCode.M_FORBIDDEN
              ? Reply.refused(refusal)
              : Reply.refused(404, new Refusal(ErrorCode.M_NOT_FOUND, refusal.message()));
    };
  }
}
