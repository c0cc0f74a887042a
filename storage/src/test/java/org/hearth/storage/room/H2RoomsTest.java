package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class H2RoomsTest extends RoomsContract implements StorageTest.OnH2 {}
