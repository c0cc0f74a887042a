package org.hearth.engine.membership;

import java.util.Optional;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// Whether a local user wants invites from somebody ([invite
/// permission](https://spec.matrix.org/v1.19/client-server-api/#invite-permission)).
@FunctionalInterface
public interface InvitePermissions {

  /// A refusal with `M_INVITE_BLOCKED` if not.
  Optional<Refusal> check(UserId invited, UserId inviter);
}
