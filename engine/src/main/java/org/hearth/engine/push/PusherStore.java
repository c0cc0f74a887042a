package org.hearth.engine.push;

import java.util.List;
import org.hearth.schemas.id.UserId;

/// Reads what [PusherChange]s made durable.
public interface PusherStore {

  /// All pushers of a user.
  List<Pusher> pushers(UserId userId);
}
