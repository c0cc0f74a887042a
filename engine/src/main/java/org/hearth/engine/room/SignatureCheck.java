package org.hearth.engine.room;

import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventSigning;
import org.hearth.schemas.event.EventSigning.Verification;

/// "2. Passes signature checks, otherwise it is dropped."
final class SignatureCheck {
  private final ServerKeys keys;

  SignatureCheck(ServerKeys keys) {
    this.keys = keys;
  }

  Outcome<Event> check(Event event) {
    var verification =
        EventSigning.verify(
            event,
            (server, keyId) ->
                keys.find(server, keyId, event.originServerTs(), event.rules().signingKeyValidity())
                    .orElse(null));
    return switch (verification) {
      case Verification.Valid() -> Outcome.done(event);
      case Verification.Unsigned(var server) ->
          Outcome.refused(
              ErrorCode.M_INVALID_SIGNATURE,
              "The event has no signature of " + server + " that could be verified.");
      case Verification.Forged(var server, _) ->
          Outcome.refused(ErrorCode.M_INVALID_SIGNATURE, "A signature of " + server + " is wrong.");
    };
  }
}
