package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class PostgresRoomsTest extends RoomsContract implements StorageTest.OnPostgres {}
