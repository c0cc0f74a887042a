package org.hearth.schemas.event;

import org.hearth.schemas.id.UserId;

/// The place of a state event in a room's state: its type and its state key.
public record StateKey(String type, String key) implements Comparable<StateKey> {
  public static final StateKey CREATE = new StateKey(EventType.CREATE, "");
  public static final StateKey POWER_LEVELS = new StateKey(EventType.POWER_LEVELS, "");
  public static final StateKey JOIN_RULES = new StateKey(EventType.JOIN_RULES, "");
  public static final StateKey HISTORY_VISIBILITY = new StateKey(EventType.HISTORY_VISIBILITY, "");
  public static final StateKey ENCRYPTION = new StateKey(EventType.ENCRYPTION, "");

  public static StateKey member(UserId user) {
    return new StateKey(EventType.MEMBER, user.value());
  }

  @Override
  public int compareTo(StateKey other) {
    int byType = type.compareTo(other.type);
    return byType != 0 ? byType : key.compareTo(other.key);
  }
}
