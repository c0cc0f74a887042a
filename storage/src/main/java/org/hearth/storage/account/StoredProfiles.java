package org.hearth.storage.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.profile.ProfileStore;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.Database;
import org.hearth.storage.account.AccountEntities.ProfileFieldRow;

/// Reads profiles.
public final class StoredProfiles implements ProfileStore {
  private final Database database;
  private final Sealed sealed;

  public StoredProfiles(Database database, Sealing sealing) {
    this.database = database;
    this.sealed = new Sealed(sealing);
  }

  @Override
  public ObjectNode profile(UserId userId) {
    List<ProfileFieldRow> rows =
        database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from ProfileFieldRow where userId = :user order by field",
                        ProfileFieldRow.class)
                    .setParameter("user", userId.value())
                    .getResultList());
    ObjectNode profile = Json.object();
    rows.forEach(row -> open(userId, row, profile));
    return profile;
  }

  @Override
  public Map<UserId, ObjectNode> profiles() {
    List<ProfileFieldRow> rows =
        database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from ProfileFieldRow order by userId, field", ProfileFieldRow.class)
                    .getResultList());
    var profiles = new LinkedHashMap<UserId, ObjectNode>();
    for (ProfileFieldRow row : rows) {
      UserId userId = UserId.parse(row.userId);
      open(userId, row, profiles.computeIfAbsent(userId, user -> Json.object()));
    }
    return profiles;
  }

  private void open(UserId userId, ProfileFieldRow row, ObjectNode profile) {
    profile.set(row.field, sealed.openJson(userId, Sealed.profile(row.field), row.content));
  }
}
