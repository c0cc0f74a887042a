package org.hearth.storage.presence;

import org.hearth.storage.StorageTest;

class H2PresenceTest extends PresenceContract implements StorageTest.OnH2 {}
