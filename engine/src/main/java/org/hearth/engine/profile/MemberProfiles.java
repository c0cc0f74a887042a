package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// The fields of profiles that member events carry, of local users.
public final class MemberProfiles implements LocalProfiles {
  static final List<String> FIELDS = List.of(Profiles.DISPLAY_NAME, Profiles.AVATAR_URL);

  private final ProfileStore store;

  public MemberProfiles(ProfileStore store) {
    this.store = store;
  }

  @Override
  public ObjectNode memberContent(UserId userId) {
    ObjectNode content = Json.object();
    ObjectNode profile = store.profile(userId);
    for (String field : FIELDS) {
      if (profile.path(field).isTextual()) {
        content.set(field, profile.get(field));
      }
    }
    return content;
  }
}
