package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class H2TrafficTest extends TrafficContract implements StorageTest.OnH2 {}
