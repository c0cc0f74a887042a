package org.hearth.engine.push;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// What becomes of pushers, which are named by user, app ID and push key.
public sealed interface PusherChange extends Change {

  /// A pusher, new or changed.
  record Saved(Pusher pusher) implements PusherChange {}

  /// A pusher that is gone.
  record Removed(UserId userId, String appId, String pushkey) implements PusherChange {}

  /// Of all users but one, the pushers of an app and push key are gone: the phone has a new owner.
  record RemovedFromOthers(UserId kept, String appId, String pushkey) implements PusherChange {}
}
