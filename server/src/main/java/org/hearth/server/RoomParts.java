package org.hearth.server;

import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.engine.creation.RoomCreation;
import org.hearth.engine.creation.RoomEncryption;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.directory.Directory;
import org.hearth.engine.directory.DirectoryStore;
import org.hearth.engine.directory.PublicRooms;
import org.hearth.engine.directory.RoomPowers;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.membership.Departures;
import org.hearth.engine.membership.InviteChoices;
import org.hearth.engine.membership.Memberships;
import org.hearth.engine.reading.RoomReading;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.engine.receipt.Receipts;
import org.hearth.engine.report.Reports;
import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.sending.RequiredEncryption;
import org.hearth.engine.sending.Sending;
import org.hearth.engine.typing.Typing;
import org.hearth.engine.upgrade.RoomUpgrades;
import org.hearth.engine.upgrade.Succession;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.account.StoredDepartures;
import org.hearth.storage.directory.StoredDirectory;
import org.hearth.storage.receipt.StoredReceipts;
import org.hearth.storage.report.StoredReports;

/// What people do in rooms: making, joining, sending, reading, receipts and typing.
final class RoomParts {
  private final RoomEngine engine;
  private final DirectoryStore directory;
  private final ReceiptStore receiptStore;
  private final Memberships memberships;
  private final Aliases aliases;
  private final PublicRooms publicRooms;
  private final RoomCreation creation;
  private final Sending sending;
  private final RoomReading reading;
  private final RoomUpgrades upgrades;
  private final Receipts receipts;
  private final Typing typing;
  private final Departures departures;
  private final Reports reports;

  RoomParts(
      Basics basics,
      RoomEngine engine,
      PersonParts persons,
      RemoteRooms remoteRooms,
      EphemeralSender ephemeral,
      EncryptionPolicy policy) {
    var own = basics.serverName();
    var ledger = basics.ledger();
    var rooms = engine.rooms();
    var profiles = persons.memberProfiles();
    var powers = new RoomPowers(rooms);
    this.engine = engine;
    this.directory = new StoredDirectory(basics.database());
    this.receiptStore = new StoredReceipts(basics.database());
    var found = new Directory(own, directory, rooms, remoteRooms, powers, ledger);
    this.aliases = new Aliases(found);
    this.publicRooms = new PublicRooms(found);
    this.memberships =
        new Memberships(
            own,
            rooms,
            engine.userRooms(),
            engine.appends(),
            engine.remoteMemberships(),
            profiles,
            new InviteChoices(persons.accountData()),
            ledger);
    var encryption = new RoomEncryption(policy.encryptsNewRooms());
    this.creation =
        new RoomCreation(
            own,
            RoomVersion.parse(basics.config().rooms().defaultVersion()),
            engine.appends(),
            aliases,
            memberships,
            profiles,
            encryption,
            basics.random());
    this.sending =
        new Sending(
            own, rooms, engine.appends(), memberships, aliases, new RequiredEncryption(policy));
    this.reading =
        new RoomReading(rooms, engine.timeline(), engine.visibility(), engine.clientEvents());
    var succession =
        new Succession(
            rooms,
            engine.userRooms(),
            persons.accountData(),
            persons.pushRules(),
            basics.background());
    ledger.listen(succession);
    this.upgrades =
        new RoomUpgrades(rooms, engine.appends(), directory, powers, profiles, encryption);
    this.receipts =
        new Receipts(
            own, rooms, receiptStore, persons.accountData(), ephemeral, ledger, basics.clock());
    this.typing = new Typing(own, rooms, ephemeral, basics.clock());
    this.reports =
        new Reports(
            new StoredReports(basics.database(), basics.storage().sealing()),
            ledger,
            basics.clock());
    this.departures =
        new Departures(
            engine.userRooms(),
            memberships,
            new StoredDepartures(basics.database()),
            basics.background());
  }

  RoomEngine engine() {
    return engine;
  }

  DirectoryStore directory() {
    return directory;
  }

  ReceiptStore receiptStore() {
    return receiptStore;
  }

  Memberships memberships() {
    return memberships;
  }

  Aliases aliases() {
    return aliases;
  }

  PublicRooms publicRooms() {
    return publicRooms;
  }

  RoomCreation creation() {
    return creation;
  }

  Sending sending() {
    return sending;
  }

  RoomReading reading() {
    return reading;
  }

  RoomUpgrades upgrades() {
    return upgrades;
  }

  Receipts receipts() {
    return receipts;
  }

  Typing typing() {
    return typing;
  }

  Departures departures() {
    return departures;
  }

  Reports reports() {
    return reports;
  }
}
