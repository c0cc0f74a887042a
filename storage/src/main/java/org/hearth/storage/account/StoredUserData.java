package org.hearth.storage.account;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.userdata.UserDataStore;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;
import org.hearth.storage.account.AccountEntities.AccountDataKey;
import org.hearth.storage.account.AccountEntities.AccountDataRow;
import org.hearth.storage.account.AccountEntities.FilterKey;
import org.hearth.storage.account.AccountEntities.FilterRow;
import org.jspecify.annotations.Nullable;

/// Reads account data and filters.
public final class StoredUserData implements UserDataStore {
  private final Database database;
  private final Sealed sealed;

  public StoredUserData(Database database, Sealing sealing) {
    this.database = database;
    this.sealed = new Sealed(sealing);
  }

  @Override
  public Optional<Datum> accountData(UserId userId, @Nullable RoomId roomId, String type) {
    String room = roomId == null ? "" : roomId.value();
    return Optional.ofNullable(
            database.<AccountDataRow>read(
                session ->
                    session.get(
                        AccountDataRow.class, new AccountDataKey(userId.value(), room, type))))
        .map(row -> datum(userId, row));
  }

  @Override
  public List<Datum> accountDataChanged(UserId userId, long after, long upTo) {
    List<AccountDataRow> rows =
        database.read(
            session ->
                session
                    .createSelectionQuery(
                        "from AccountDataRow where userId = :user and position > :after"
                            + " and position <= :upTo order by position",
                        AccountDataRow.class)
                    .setParameter("user", userId.value())
                    .setParameter("after", after)
                    .setParameter("upTo", upTo)
                    .getResultList());
    return rows.stream().map(row -> datum(userId, row)).toList();
  }

  @Override
  public Optional<ObjectNode> filter(UserId userId, String filterId) {
    return Optional.ofNullable(
            database.<FilterRow>read(
                session -> session.get(FilterRow.class, new FilterKey(userId.value(), filterId))))
        .map(row -> sealed.openObject(userId, Sealed.filter(filterId), row.content));
  }

  private Datum datum(UserId userId, AccountDataRow row) {
    return new Datum(
        row.roomId.isEmpty() ? null : RoomId.parse(row.roomId),
        row.kind,
        sealed.openObject(userId, Sealed.accountData(row.roomId, row.kind), row.content),
        row.position);
  }
}
