package org.hearth.engine.room;

import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.EventSigning.KeyLookup;
import org.hearth.schemas.event.EventSigning.Verification;
import org.hearth.schemas.id.ServerName;

/// "2. Passes signature checks, otherwise it is dropped."
final class SignatureCheck {
  private final ServerKeys keys;

  SignatureCheck(ServerKeys keys) {
    this.keys = keys;
  }

  /// How the check ends.
  sealed interface Result {
    record Good() implements Result {}

    /// Nothing speaks against the event, but a key is not to be had now.
    record KeyMissing(ServerName server) implements Result {}

    record Bad(Refusal refusal) implements Result {}
  }

  /// @param fetching whether to ask other servers for keys that are not at hand
  Result check(Event event, boolean fetching) {
    long at = event.originServerTs();
    boolean strict = event.rules().signingKeyValidity();
    KeyLookup lookup =
        fetching
            ? (server, keyId) -> keys.find(server, keyId, at, strict).orElse(null)
            : (server, keyId) -> keys.known(server, keyId, at, strict).orElse(null);
    return switch (EventSigning.verify(event, lookup)) {
      case Verification.Valid() -> new Result.Good();
      case Verification.KeyMissing(var server) -> new Result.KeyMissing(server);
      case Verification.Unsigned(var server) ->
          bad("The event has no signature of " + server + " that could be verified.");
      case Verification.Forged(var server, _) -> bad("A signature of " + server + " is wrong.");
    };
  }

  private static Result bad(String why) {
    return new Result.Bad(new Refusal(ErrorCode.M_INVALID_SIGNATURE, why));
  }
}
