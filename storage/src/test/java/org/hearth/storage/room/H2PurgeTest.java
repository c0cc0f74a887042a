package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class H2PurgeTest extends PurgeContract implements StorageTest.OnH2 {}
