package org.hearth.storage.directory;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.directory.DirectoryStore;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Reads aliases and published rooms.
public final class StoredDirectory implements DirectoryStore {
  private final Database database;

  public StoredDirectory(Database database) {
    this.database = database;
  }

  public static List<Class<?>> entities() {
    return List.of(AliasRow.class, PublishedRow.class);
  }

  @Entity(name = "AliasRow")
  @Table(name = "room_alias")
  @SuppressWarnings("NullAway.Init")
  static final class AliasRow {
    @Id String alias;

    @Column(name = "room_id")
    String roomId;

    String creator;
    long position;
  }

  @Entity(name = "PublishedRow")
  @Table(name = "published_room")
  @SuppressWarnings("NullAway.Init")
  static final class PublishedRow {
    @Id
    @Column(name = "room_id")
    String roomId;

    long position;
  }

  @Override
  public Optional<LocalAlias> alias(RoomAlias alias) {
    return Optional.ofNullable(
            database.<AliasRow>read(session -> session.get(AliasRow.class, alias.value())))
        .map(
            row ->
                new LocalAlias(
                    new RoomAlias(row.alias), new RoomId(row.roomId), new UserId(row.creator)));
  }

  @Override
  public List<RoomAlias> aliases(RoomId roomId) {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select alias from AliasRow where roomId = :room order by position",
                    String.class)
                .setParameter("room", roomId.value())
                .getResultList()
                .stream()
                .map(RoomAlias::new)
                .toList());
  }

  @Override
  public boolean published(RoomId roomId) {
    return database.<PublishedRow>read(session -> session.get(PublishedRow.class, roomId.value()))
        != null;
  }

  @Override
  public List<RoomId> published() {
    return database.read(
        session ->
            session
                .createSelectionQuery(
                    "select roomId from PublishedRow order by position", String.class)
                .getResultList()
                .stream()
                .map(RoomId::new)
                .toList());
  }
}
