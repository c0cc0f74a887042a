package org.hearth.storage.federation;

import org.hearth.storage.StorageTest;

class H2FederationTest extends FederationContract implements StorageTest.OnH2 {}
