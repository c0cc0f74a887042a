package org.hearth.engine.presence;

import org.hearth.ledger.Change;

/// What of a local user's presence must last, in place of what there was. It goes with the account.
public record PresenceChange(PresenceStore.Noted noted) implements Change {}
