package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class H2RoomsTest extends StoredRoomsContract implements StorageTest.OnH2 {}
