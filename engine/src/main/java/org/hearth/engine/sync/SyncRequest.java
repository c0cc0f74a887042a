package org.hearth.engine.sync;

import java.time.Duration;
import org.hearth.engine.filter.Filter;
import org.hearth.engine.presence.PresenceState;
import org.jspecify.annotations.Nullable;

/// Parameters of [sync](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync).
///
/// @param since null for an initial sync
/// @param fullState all state of all rooms, also with `since`
/// @param stateAfter answer the state at the end of the timeline as `state_after`, not at its start
/// @param setPresence what the client says it is while it asks
/// @param timeout how long to wait for news; an initial sync and one with full state never wait
public record SyncRequest(
    @Nullable SyncToken since,
    Filter filter,
    boolean fullState,
    boolean stateAfter,
    Duration timeout,
    PresenceState setPresence) {}
