package org.hearth.schemas.room;

/// Who created a room, as far as the authorisation rules care.
public enum CreatorRule {
  /// `content.creator` of the create event.
  CONTENT_CREATOR,
  /// The sender of the create event.
  SENDER,
  /// The sender of the create event and everybody in its `content.additional_creators`.
  SENDER_AND_ADDITIONAL
}
