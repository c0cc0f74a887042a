package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class MemoryRoomsTest extends RoomsContract implements StorageTest.OnMemory {}
